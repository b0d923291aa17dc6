/** Notes of what is done again and again: one is printed again only after a round without it. */
export class RepeatedNotes {
  #earlier = new Set<string>()
  #now = new Set<string>()

  /** @returns whether the note is to be printed */
  add(text: string): boolean {
    const isNew = !this.#earlier.has(text) && !this.#now.has(text)
    this.#now.add(text)
    return isNew
  }

  endRound(): void {
    this.#earlier = this.#now
    this.#now = new Set()
  }
}
