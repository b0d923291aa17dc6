/**
 * Values by key, of which each change gives another one and leaves this one as it was. A change costs the same however many keys there are:
 * the newest owns the map, what came before it knows how it differs. A configuration may change tens of thousands of headers.
 */
export class ChangingValues<V> {
  /** Only of the newest; the others know what the next one changed. */
  #values: Map<string, V> | undefined
  #difference: { readonly key: string; readonly value: V | undefined; readonly next: ChangingValues<V> } | undefined

  constructor(values: Map<string, V>) {
    this.#values = values
  }

  get(key: string): V | undefined {
    let at: ChangingValues<V> = this
    for (let steps = 0; at.#values === undefined; steps++) {
      if (steps === maxSteps) return this.#own().get(key)
      if (at.#difference === undefined) return undefined
      if (at.#difference.key === key) return at.#difference.value
      at = at.#difference.next
    }
    return at.#values.get(key)
  }

  with(key: string, value: V): ChangingValues<V> {
    const values = this.#own()
    const next = new ChangingValues(values)
    this.#values = undefined
    this.#difference = { key, value: values.get(key), next }
    values.set(key, value)
    return next
  }

  /** A map of its own. The newest has one, any other gets a copy. */
  #own(): Map<string, V> {
    if (this.#values !== undefined) return this.#values
    const differences: { readonly key: string; readonly value: V | undefined }[] = []
    let at: ChangingValues<V> = this
    for (; at.#difference !== undefined; at = at.#difference.next) differences.push(at.#difference)
    const values = new Map(at.#values)
    for (const { key, value } of differences.reverse()) {
      if (value === undefined) values.delete(key)
      else values.set(key, value)
    }
    this.#values = values
    this.#difference = undefined
    return values
  }
}

/** Changes that are looked through for one key, before a copy is cheaper. */
const maxSteps = 64
