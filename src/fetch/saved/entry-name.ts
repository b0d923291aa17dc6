/** Why an entry of an archive is passed over. */
export type EntryFault =
  | 'absolute'
  | 'outside'
  | 'malformed'
  | 'link'
  | 'hard-link'
  | 'encrypted'
  | 'compression'
  | 'duplicate'
  | 'special'

/**
 * What is wrong with the name of an entry; undefined where nothing is. No name that leads out of a folder is taken, though nothing is
 * ever unpacked to one: whoever made such a file means harm.
 */
export function nameFault(name: string): EntryFault | undefined {
  if (plainPath.test(name)) return undefined
  if (/^[/\\]|^[a-z]:/i.test(name)) return 'absolute'
  if (name.split(/[/\\]/).includes('..')) return 'outside'
  const isMalformed =
    name.includes('\\') || /\p{Cc}|\ufffd/u.test(name) || name.split('/').some((part) => part === '' || part === '.')
  return isMalformed ? 'malformed' : undefined
}

/** Programs of Windows have written `a\\b`, and no slash, where `a/b` is meant. APPNOTE.TXT 4.4.17 and tar want slashes. */
export function withSlashes(name: string): string {
  return name.includes('\\') && !name.includes('/') ? name.replaceAll('\\', '/') : name
}

/** What captures consist of. */
const plainPath = /^(?:[\w%~+-][\w.%~+-]*\/)*[\w%~+-][\w.%~+-]*$/

/** What is said of the entries that have the fault. */
export const faultTexts: ReadonlyMap<EntryFault, string> = new Map([
  ['absolute', 'its name is an absolute path'],
  ['outside', 'its name leads out of the archive'],
  ['malformed', 'its name is no path of files'],
  ['link', 'it is a symbolic link'],
  ['hard-link', 'it is a hard link'],
  ['encrypted', 'it is encrypted'],
  ['compression', 'it is compressed in a way that is not known'],
  ['duplicate', 'there is another of the same name before it'],
  ['special', 'it is no plain file: a device, a pipe, or one with holes'],
])
