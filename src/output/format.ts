import type { View } from '../view.ts'
import type { TableOptions } from './table/table-options.ts'

export type FormatOptions = TableOptions

/** One way to write a View as text. Large output comes in pieces, so that it never exists as one string. */
export interface Format {
  /** The value of `-o`. */
  readonly name: string
  /** One line for help. */
  readonly title: string
  /** Whether it prints the rows of a view, or its document. */
  readonly shows: 'rows' | 'document'
  /** It prints the sections of a view itself; for the others each is a view. */
  readonly showsSections?: true
  /** It holds one table, and not one after the other. */
  readonly holdsOneTable?: true
  render(view: View, options: FormatOptions): Promise<Iterable<string>>
}
