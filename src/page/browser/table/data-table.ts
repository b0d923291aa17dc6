import { type Child, element, replaceChildren } from '../element.ts'
import { breakable, cutText, longText } from '../long-text.ts'
import { foundRows, type Sorting, sortedRows, type TableCell, type TableColumn, type TableRow } from './table-model.ts'

interface Shown {
  /** Names the table. */
  readonly caption: string
  readonly columns: readonly TableColumn[]
  readonly rows: readonly TableRow[]
  /** What is said where there are no rows. */
  readonly empty: string
  /** Without a search and the choice of columns: a short list. */
  readonly plain?: boolean
  /** What is searched for at first. */
  readonly search?: string
  /** Called with what is searched for, each time that changes. */
  searched?(text: string): void
}

/** Rows that are made at a time: a table may have 100,000. */
const step = 200

/** Characters from which on a cell gets more room. */
const longCell = 28

/** A table that can be searched and sorted. Rows that nobody has reached yet are not made. */
export function dataTable(shown: Shown): HTMLElement {
  return new DataTable(shown).host
}

class DataTable {
  readonly host: HTMLElement
  readonly #shown: Shown
  readonly #search: HTMLInputElement
  readonly #count: HTMLElement
  readonly #table: HTMLTableElement
  readonly #more: HTMLButtonElement
  #body = element('tbody')
  #sorting: Sorting | undefined
  #allColumns = false
  #rows: readonly TableRow[]
  #made = 0

  constructor(shown: Shown) {
    this.#shown = shown
    this.#rows = shown.rows
    const { caption, plain = false, rows, columns } = shown
    this.#search = element('input', {
      type: 'search',
      placeholder: 'Search',
      'aria-label': `Search ${caption}`,
      spellcheck: 'false',
      value: shown.search ?? '',
      input: () => this.#searched(),
    })
    this.#count = element('span', { class: 'count', role: 'status' })
    this.#table = element('table')
    this.#more = element('button', { type: 'button', class: 'more', click: () => this.#addRows() }, 'Show more rows')
    const hasWide = columns.some(({ wide }) => wide)
    const controls = [this.#search, this.#count, hasWide ? this.#columnChoice() : undefined]
    this.host = element(
      'section',
      { class: 'data', 'aria-label': caption },
      plain || rows.length === 0 ? undefined : element('div', { class: 'controls' }, ...controls),
      rows.length === 0
        ? element('p', { class: 'quiet' }, shown.empty)
        : element(
            'div',
            { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': `${caption}, table` },
            this.#table,
          ),
      this.#more,
    )
    this.#arrange()
  }

  #columnChoice(): HTMLElement {
    const change = (event: Event) => {
      this.#allColumns = event.target instanceof HTMLInputElement && event.target.checked
      this.#arrange()
    }
    return element('label', { class: 'choice' }, element('input', { type: 'checkbox', change }), ' All columns')
  }

  #searched(): void {
    this.#shown.searched?.(this.#search.value)
    this.#arrange()
  }

  /** Makes the table anew, from its first rows. */
  #arrange(): void {
    const { rows, caption } = this.#shown
    const found = foundRows(rows, this.#search.value)
    this.#rows = this.#sorting === undefined ? found : sortedRows(found, this.#sorting)
    this.#count.textContent =
      found.length === rows.length
        ? counted(rows.length, 'row')
        : `${found.length.toLocaleString('en')} of ${counted(rows.length, 'row')}`
    this.#body = element('tbody')
    this.#made = 0
    const head = element('tr', {}, ...this.#columns().map(({ column, at }) => this.#headCell(column, at)))
    replaceChildren(
      this.#table,
      element('caption', { class: 'hidden' }, caption),
      element('thead', {}, head),
      this.#body,
    )
    this.#addRows()
  }

  #columns(): { column: TableColumn; at: number }[] {
    return this.#shown.columns
      .map((column, at) => ({ column, at }))
      .filter(({ column }) => this.#allColumns || column.wide !== true)
  }

  #headCell({ header }: TableColumn, at: number): HTMLElement {
    const sorted = this.#sorting?.column === at ? this.#sorting : undefined
    const click = () => {
      this.#sorting = { column: at, descending: sorted !== undefined && !sorted.descending }
      this.#arrange()
      this.#table
        .querySelectorAll<HTMLElement>('th button')
        [this.#columns().findIndex((each) => each.at === at)]?.focus()
    }
    const sort = sorted === undefined ? undefined : sorted.descending ? 'descending' : 'ascending'
    return element(
      'th',
      { scope: 'col', 'aria-sort': sort },
      element('span', {}, header),
      element('button', { type: 'button', 'aria-label': `Sort by ${header}`, click }),
    )
  }

  #addRows(): void {
    const columns = this.#columns()
    const end = Math.min(this.#rows.length, this.#made + step)
    for (; this.#made < end; this.#made++) {
      const row = this.#rows[this.#made]
      if (row !== undefined) this.#body.append(rowElement(row, columns))
    }
    const left = this.#rows.length - this.#made
    this.#more.hidden = left <= 0
    this.#more.textContent = `Show ${Math.min(step, left)} more of ${counted(left, 'row')}`
  }
}

function rowElement(row: TableRow, columns: readonly { column: TableColumn; at: number }[]): HTMLElement {
  return element(
    'tr',
    {},
    ...columns.map(({ column: { key }, at }, place) => {
      const cell = row.cells[at]
      const tone = row.tones?.[key]
      const href = row.hrefs?.[key] ?? (place === 0 ? row.href : undefined)
      const kind =
        typeof cell === 'number' ? 'number' : typeof cell === 'string' && cell.length > longCell ? 'wide' : ''
      return element(
        'td',
        { class: [kind, tone ?? ''].join(' ').trim() || undefined },
        element('div', {}, ...cellContent(cell, href, row.name)),
      )
    }),
  )
}

function cellContent(cell: TableCell, href: string | undefined, name = '(no name)'): Child[] {
  const text = cell === null || cell === undefined ? '' : String(cell)
  if (href === undefined) return longText(text)
  return [element('a', { href }, ...breakable(cutText(text || name || '(no name)')))]
}

/** `1 row`, `2,000 rows`. */
function counted(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`
}
