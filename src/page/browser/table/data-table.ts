import { type Child, element, replaceChildren } from '../element.ts'
import { matchingRows, type SortOrder, sortedRows } from './row-order.ts'
import type { TableData, TableRow } from './table-data.ts'

interface TableOptions {
  /** What the table is, for those who do not see it: `Clusters of web.default`. */
  readonly label: string
  /** Where a cell leads to. */
  href?(row: TableRow, column: number): string | undefined
  /** Without search: it is small. */
  readonly isPlain?: boolean
  /** What is searched for at first. */
  readonly search?: string
  /** Called with what is searched for, each time that changes. */
  searched?(text: string): void
}

/** Rows that are drawn at once; more on demand, for a browser needs seconds for 100,000. */
const rowsAtOnce = 200

/** Characters of a cell that are shown at first. */
const shownCharacters = 200

/** A table that can be searched and sorted. It scrolls by itself where it is wider than the window. */
export function dataTable(data: TableData, options: TableOptions): HTMLElement {
  return new DataTable(data, options).host
}

class DataTable {
  readonly host: HTMLElement
  readonly #data: TableData
  readonly #options: TableOptions
  readonly #table = element('table')
  readonly #status = element('p', { class: 'table-status', role: 'status' })
  readonly #more = element('p', { class: 'table-more' })
  readonly #search: HTMLInputElement
  #order: SortOrder | undefined
  #isWide = false
  #limit = rowsAtOnce

  constructor(data: TableData, options: TableOptions) {
    this.#data = data
    this.#options = options
    this.#search = element('input', { type: 'search', value: options.search ?? '', input: () => this.#searched() })
    const hasWide = data.columns.some(({ wide }) => wide)
    const wide = element('input', { type: 'checkbox', change: () => this.#draw({ isWide: wide.checked }) })
    this.host = element(
      'div',
      { class: 'table', keydown: (event) => event instanceof KeyboardEvent && this.#move(event) },
      data.rows.length === 0
        ? element('p', { class: 'quiet' }, data.empty)
        : element(
            'div',
            { class: 'table-tools' },
            options.isPlain ? undefined : element('label', { class: 'search' }, 'Search ', this.#search),
            hasWide ? element('label', {}, wide, ' All columns') : undefined,
            options.isPlain ? undefined : this.#status,
          ),
    )
    if (data.rows.length === 0) return
    const region = { class: 'table-scroll', role: 'region', 'aria-label': options.label, tabindex: 0 }
    this.host.append(element('div', region, this.#table), this.#more)
    this.#draw({})
  }

  #searched(): void {
    this.#limit = rowsAtOnce
    this.#options.searched?.(this.#search.value)
    this.#draw({})
  }

  #draw({ isWide = this.#isWide, order = this.#order }: { isWide?: boolean; order?: SortOrder | undefined }): void {
    this.#isWide = isWide
    this.#order = order
    const { columns, rows } = this.#data
    const shown = [...columns.keys()].filter((column) => isWide || columns[column]?.wide !== true)
    const found = sortedRows(matchingRows(rows, this.#search.value), order)
    replaceChildren(
      this.#table,
      this.#head(shown),
      element('tbody', {}, ...found.slice(0, this.#limit).map((row) => this.#row(row, shown))),
    )
    const all = rows.length === 1 ? '1 row' : `${rows.length.toLocaleString('en')} rows`
    replaceChildren(this.#status, found.length === rows.length ? all : `${found.length.toLocaleString('en')} of ${all}`)
    const left = found.length - this.#limit
    const more = (limit: number, text: string) =>
      element('button', { type: 'button', click: () => this.#showMore(limit) }, text)
    if (left <= 0) replaceChildren(this.#more)
    else
      replaceChildren(
        this.#more,
        more(this.#limit + rowsAtOnce, `Show ${Math.min(left, rowsAtOnce)} more`),
        ' ',
        left > rowsAtOnce ? more(Number.POSITIVE_INFINITY, `Show all ${found.length.toLocaleString('en')}`) : undefined,
      )
  }

  #showMore(limit: number): void {
    this.#limit = limit
    this.#draw({})
  }

  #head(shown: readonly number[]): HTMLElement {
    const cells = shown.map((column) => {
      const isSorted = this.#order?.column === column
      const isDescending = isSorted && this.#order?.isDescending === true
      const sort = () => {
        this.#draw({ order: { column, isDescending: isSorted && !isDescending } })
        this.#table.querySelectorAll('button')[shown.indexOf(column)]?.focus()
      }
      return element(
        'th',
        { scope: 'col', 'aria-sort': isSorted ? (isDescending ? 'descending' : 'ascending') : undefined },
        element('button', { type: 'button', click: sort }, this.#data.columns[column]?.header ?? ''),
      )
    })
    return element('thead', {}, element('tr', {}, ...cells))
  }

  #row(row: TableRow, shown: readonly number[]): HTMLElement {
    const { columns } = this.#data
    const cells = shown.map((column, at) => {
      const { key = '', missing = '<none>' } = columns[column] ?? {}
      const content = cellContent(row.cells[column], missing, this.#options.href?.(row, column))
      const attributes = { class: row.tones?.[key] }
      return at === 0 ? element('th', { scope: 'row', ...attributes }, content) : element('td', attributes, content)
    })
    return element('tr', {}, ...cells)
  }

  /** Arrow keys go from the search to the rows' links, and from one to the other. */
  #move(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step === 0) return
    const links = [...this.#table.querySelectorAll('a')]
    const at = links.findIndex((link) => link.matches(':focus'))
    if (at === -1 && document.activeElement !== this.#search) return
    const next = at + step < 0 ? this.#search : links[at + step]
    if (next === undefined || (at === -1 && step === -1)) return
    event.preventDefault()
    next.focus()
  }
}

/** What stands in a cell. A long text is cut, with the whole at hand. */
function cellContent(cell: TableRow['cells'][number], missing: string, href: string | undefined): Child {
  const text = cell === undefined || cell === null || cell === '' ? undefined : String(cell)
  const linked = (...content: Child[]) =>
    href === undefined ? element('div', {}, ...content) : element('div', {}, element('a', { href }, ...content))
  if (text === undefined) return linked(element('span', { class: 'quiet' }, missing))
  if (text.length <= shownCharacters) return linked(...breakable(text))
  const cut = `${text.slice(0, shownCharacters).toWellFormed()}…`
  if (href !== undefined) return linked(...breakable(cut))
  return element('div', {}, element('details', {}, element('summary', {}, ...breakable(cut)), text))
}

/** A text with the places where a line may end: behind what stands between the words of a name. */
function breakable(text: string): Child[] {
  return text
    .split(/(?<=[^\s][.|/:,@])(?=[A-Za-z_])/)
    .flatMap((part, at) => (at === 0 ? [part] : [element('wbr'), part]))
}
