import { counted } from '../../../mesh/fleet/failure-counts.ts'

/** Proxies that are named where none of many has anything to show. */
const maxNamed = 3

/** What is said where none of many proxies has anything to show: of thousands it stays one short line. */
export class EmptyAnswers {
  readonly #named = new Set<string>()
  #more = 0

  constructor(texts: readonly string[] = []) {
    for (const text of texts) this.add(text)
  }

  add(text: string): void {
    if (this.#named.has(text)) return
    if (this.#named.size < maxNamed) this.#named.add(text)
    else this.#more += 1
  }

  text(): string {
    const more = `The same holds for ${counted(this.#more)} more ${this.#more === 1 ? 'proxy' : 'proxies'}.`
    return [...this.#named, ...(this.#more === 0 ? [] : [more])].join(' ')
  }
}
