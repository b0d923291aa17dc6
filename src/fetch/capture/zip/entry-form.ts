import type { EntryFault } from '../../saved/entry-name.ts'

/** How a file is compressed. */
export const methods = { stored: 0, deflated: 8 } as const

interface EntryForm {
  /** As Unix has it; 0 where the archive was made elsewhere. */
  readonly mode: number
  /** APPNOTE.TXT 4.4.4 */
  readonly flags: number
  readonly method: number
}

const typeOfFile = 0o170000
const symbolicLink = 0o120000
const isEncrypted = 1

/** Why a file is not read, whatever its name; undefined where it is. */
export function entryFault({ mode, flags, method }: EntryForm): EntryFault | undefined {
  if ((mode & typeOfFile) === symbolicLink) return 'link'
  if ((flags & isEncrypted) !== 0) return 'encrypted'
  return Object.values<number>(methods).includes(method) ? undefined : 'compression'
}
