import { type EntryFault, faultTexts } from './entry-name.ts'

/** Faults of one kind that are named; the others are counted. */
const maxNamed = 3

/** Entries of an archive that are not read. */
export class PassedOver {
  readonly #names = new Map<EntryFault, string[]>()

  add(fault: EntryFault, name: string): void {
    this.#names.set(fault, [...(this.#names.get(fault) ?? []), name])
  }

  /** A line for each kind of fault. */
  lines(label: string): readonly string[] {
    return [...this.#names].map(([fault, names]) => {
      const more = names.length > maxNamed ? ` and ${names.length - maxNamed} more` : ''
      const named = names.slice(0, maxNamed).map((name) => JSON.stringify(name))
      return `${label}: ${named.join(', ')}${more} is passed over: ${faultTexts.get(fault)}.`
    })
  }
}
