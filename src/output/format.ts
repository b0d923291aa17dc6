import type { View } from '../view.ts'

export interface FormatOptions {
  readonly headers: boolean
}

/** One way to write a View as text. Large output comes in pieces, so that it never exists as one string. */
export interface Format {
  /** The value of `-o`. */
  readonly name: string
  /** One line for help. */
  readonly title: string
  render(view: View, options: FormatOptions): Iterable<string> | Promise<Iterable<string>>
}
