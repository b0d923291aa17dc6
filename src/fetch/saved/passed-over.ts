import { type EntryFault, faultTexts } from './entry-name.ts'
import type { OtherKind } from './read-archive.ts'

/** The fault of an entry of a tar archive that is neither a file nor a folder. */
export function faultOf(kind: OtherKind): EntryFault {
  if (kind === 'link') return 'hard-link'
  return kind === 'symlink' ? 'link' : kind
}

/** Faults of one kind that are named; the others are counted. */
const maxNamed = 3

/** Entries of an archive that are not read. */
export class PassedOver {
  readonly #found = new Map<EntryFault, { readonly named: string[]; count: number }>()

  add(fault: EntryFault, name: string): void {
    const found = this.#found.get(fault)
    if (found === undefined) this.#found.set(fault, { named: [name], count: 1 })
    else {
      found.count += 1
      if (found.named.length < maxNamed) found.named.push(name)
    }
  }

  /** A line for each kind of fault. */
  lines(label: string): readonly string[] {
    return [...this.#found].map(([fault, { named, count }]) => {
      const more = count > named.length ? ` and ${count - named.length} more` : ''
      return `${label}: ${named.map(quotedName).join(', ')}${more} is passed over: ${faultTexts.get(fault)}.`
    })
  }
}

/** Characters of a name that are shown: an archive can have names of 65,535. */
const maxShown = 120

/** A name as a note shows it where it may be anything. */
export function quotedName(name: string): string {
  return JSON.stringify(shownName(name))
}

/** The beginning of a name that is too long for a note. */
export function shownName(name: string): string {
  return name.length > maxShown ? `${name.slice(0, maxShown)}…` : name
}
