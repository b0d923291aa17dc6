import type { View } from '../view.ts'
import type { TableOptions } from './table/table-options.ts'

export interface FormatOptions extends TableOptions {
  /** Of a format that takes one, the template. */
  readonly template?: string
}

/** One way to write a View as text. Large output comes in pieces, so that it never exists as one string. */
export interface Format {
  /** The value of `-o`. */
  readonly name: string
  /** One line for help. */
  readonly title: string
  /** It needs a template behind its name, or the file that holds it: `jsonpath=TEMPLATE`. */
  readonly takes?: 'template' | 'file'
  /** Whether it prints the rows of a view, or its document. */
  readonly shows: 'rows' | 'document'
  /** It prints the sections of a view itself; for the others each is a view. */
  readonly showsSections?: true
  /** It holds one table, and not one after the other. */
  readonly holdsOneTable?: true
  /** It prints bytes, which are nothing for a terminal. */
  readonly isBinary?: true
  render(view: View, options: FormatOptions): Promise<Iterable<string | Uint8Array>>
}
