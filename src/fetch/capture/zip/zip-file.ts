import type { StoredBytes } from '../../../envoy/input/stored-bytes.ts'
import { nameFault, withSlashes } from '../../saved/entry-name.ts'
import { PassedOver, quotedName } from '../../saved/passed-over.ts'
import type { StoredFiles } from '../format/stored-files.ts'
import type { RawEntry } from './raw-entry.ts'
import { readBytes } from './read-bytes.ts'
import { packedEntry, unpackEntry } from './unpack-entry.ts'

/** Most files of an archive: ten for each of twice as many proxies as a mesh can have pods that anybody has tested. */
export const maxEntries = 500_000

/** Names that are named; the others are counted. */
const maxNamed = 3

interface ZipInput {
  readonly stored: StoredBytes
  readonly label: string
  readonly entries: readonly RawEntry[]
  /** What is wrong with the archive as a whole. */
  readonly problems: readonly string[]
  /** Most bytes of one file. */
  readonly maxSize: number
}

/** The archive of entries that were found in it; those that cannot be taken are passed over, with a line for each kind. */
export function zipFile({ stored, label, entries, problems, maxSize }: ZipInput): StoredFiles {
  const files = new Map<string, RawEntry>()
  const passedOver = new PassedOver()
  for (const each of entries) {
    const entry = { ...each, name: withSlashes(each.name) }
    if (entry.name.endsWith('/') && nameFault(entry.name.slice(0, -1)) === undefined) continue
    const fault = nameFault(entry.name) ?? entry.fault ?? (files.has(entry.name) ? 'duplicate' : undefined)
    if (fault === undefined) files.set(entry.name, entry)
    else passedOver.add(fault, each.name)
  }
  const read = readBytes(stored, label)
  const found = (name: string) => {
    const entry = files.get(name)
    if (entry !== undefined) read.add(entry)
    return entry
  }
  return {
    label,
    names: [...files.keys()],
    problems: [...problems, ...passedOver.lines(label), ...similarNames(label, files)],
    has: (name) => files.has(name),
    written: (name) => files.get(name)?.written(),
    packed(name) {
      const entry = found(name)
      return entry === undefined ? undefined : packedEntry(stored, entry, { label: `${name} of ${label}`, maxSize })
    },
    async read(name) {
      const entry = found(name)
      return entry === undefined ? undefined : unpackEntry(stored, entry, { label: `${name} of ${label}`, maxSize })
    },
  }
}

/** Names that a file system may take for one: both are read here, and only one is left of them where the archive is unpacked. */
function similarNames(label: string, files: ReadonlyMap<string, RawEntry>): readonly string[] {
  // Names of Kubernetes have lower case only.
  if (![...files.keys()].some((name) => name !== name.toLowerCase())) return []
  const known = new Map<string, string>()
  const similar: string[] = []
  for (const name of files.keys()) {
    const plain = name.toLowerCase()
    const first = known.get(plain)
    if (first === undefined) known.set(plain, name)
    else similar.push(`${quotedName(first)} and ${quotedName(name)}`)
  }
  if (similar.length === 0) return []
  const more = similar.length > maxNamed ? ` and ${similar.length - maxNamed} more` : ''
  return [
    `${label}: ${similar.slice(0, maxNamed).join(', ')}${more} differ only in case: each is read by its own name.`,
  ]
}
