import type { StoredBytes } from '../../../envoy/input/stored-bytes.ts'
import type { StoredFiles } from '../format/stored-files.ts'
import { type EntryFault, faultTexts, nameFault } from './entry-name.ts'
import type { RawEntry } from './raw-entry.ts'
import { packedEntry, unpackEntry } from './unpack-entry.ts'

/** Most files of an archive: ten for each of twice as many proxies as a mesh can have pods that anybody has tested. */
export const maxEntries = 500_000

/** Faults of one kind that are named; the others are counted. */
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
  const faulty = new Map<EntryFault, string[]>()
  for (const entry of entries) {
    if (entry.name.endsWith('/') && nameFault(entry.name.slice(0, -1)) === undefined) continue
    const fault = nameFault(entry.name) ?? entry.fault ?? (files.has(entry.name) ? 'duplicate' : undefined)
    if (fault === undefined) files.set(entry.name, entry)
    else faulty.set(fault, [...(faulty.get(fault) ?? []), entry.name])
  }
  return {
    label,
    names: [...files.keys()],
    problems: [...problems, ...[...faulty].map((each) => faultLine(label, each)), ...similarNames(label, files)],
    has: (name) => files.has(name),
    written: (name) => files.get(name)?.written(),
    packed(name) {
      const entry = files.get(name)
      return entry === undefined ? undefined : packedEntry(stored, entry, { label: `${name} of ${label}`, maxSize })
    },
    async read(name) {
      const entry = files.get(name)
      return entry === undefined ? undefined : unpackEntry(stored, entry, { label: `${name} of ${label}`, maxSize })
    },
  }
}

function faultLine(label: string, [fault, names]: readonly [EntryFault, readonly string[]]): string {
  const more = names.length > maxNamed ? ` and ${names.length - maxNamed} more` : ''
  const named = names.slice(0, maxNamed).map((name) => JSON.stringify(name))
  return `${label}: ${named.join(', ')}${more} is passed over: ${faultTexts.get(fault)}.`
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
    else similar.push(`${JSON.stringify(first)} and ${JSON.stringify(name)}`)
  }
  if (similar.length === 0) return []
  const more = similar.length > maxNamed ? ` and ${similar.length - maxNamed} more` : ''
  return [
    `${label}: ${similar.slice(0, maxNamed).join(', ')}${more} differ only in case: each is read by its own name.`,
  ]
}
