import type { FileKind } from '../../fetch/written/pending-file.ts'
import { applicationId } from '../../sql/engine/schema.ts'

/** A database of query: it begins as SQLite's files do, with the mark of this program. https://www.sqlite.org/fileformat.html */
export const databaseFile: FileKind = {
  title: 'database of query',
  headSize: 72,
  isOwn: (head) => head.toString('latin1', 0, 16) === 'SQLite format 3\0' && head.readUInt32BE(68) === applicationId,
}
