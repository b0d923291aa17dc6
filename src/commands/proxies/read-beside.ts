import type { Context } from '../../contract/command.ts'
import type { Json } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import type { Source } from '../../mesh/source.ts'

/** A second admin page as JSON; undefined, with a note, where it cannot be read: the rows are shown without it. */
export async function readBeside(source: Source, path: string, { io, note }: Context): Promise<Json | undefined> {
  try {
    const { readDocument } = await import('../../envoy/input/read-document.ts')
    return await readDocument(await source.read(path, io.signal), source.label)
  } catch (error) {
    if (!(error instanceof AppError) || io.signal.aborted) throw error
    note(`${source.label}: /${path} could not be read: ${error.message}`)
    return undefined
  }
}
