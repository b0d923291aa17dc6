import { fragmentOf, placeOf } from '../../read/place.ts'

/** Keys of the whole page: `/` goes to the search, arrows between the links of rows, Esc out of a field and then up. */
export function listenForKeys(main: HTMLElement): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    const { target, key } = event
    const isField =
      target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
    if (key === 'Escape') leave(event, isField ? target : undefined)
    else if (key === '/' && !isField) toSearch(event, main)
    else if ((key === 'ArrowDown' || key === 'ArrowUp') && !isTyping(target)) toRow(event, key === 'ArrowDown' ? 1 : -1)
  })
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}

/** Out of a field, which is emptied first if it is a search; else to the place above. */
function leave(event: Event, field: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement | undefined): void {
  if (field === undefined) {
    const { parts } = placeOf(location.hash)
    if (parts.length === 0 || parts[0] === 'overview') return
    event.preventDefault()
    location.hash =
      parts.length <= 1 || parts[0] === 'diff' || parts.length === 2 ? above(parts) : fragmentOf(upFrom(parts))
    return
  }
  event.preventDefault()
  if (field instanceof HTMLInputElement && field.type === 'search' && field.value !== '') {
    field.value = ''
    field.dispatchEvent(new Event('input', { bubbles: true }))
  } else field.blur()
}

/** Tables of the mesh whose rows are places. */
const withRows: ReadonlySet<string> = new Set(['findings', 'fleet', 'certificates'])

/** A finding belongs to the findings, all else to the overview. */
function above([word = '', name]: readonly string[]): string {
  return name !== undefined && withRows.has(word) ? fragmentOf([word]) : '#overview'
}

/** A resource belongs to the table of its kind, that to its proxy. */
function upFrom(parts: readonly string[]): readonly string[] {
  return parts.slice(0, parts.length > 3 ? 3 : 2)
}

function toSearch(event: Event, main: HTMLElement): void {
  const field = main.querySelector<HTMLInputElement>('input[data-search], input[type="search"], input')
  if (field === null) return
  event.preventDefault()
  field.focus()
  field.select()
}

/** From the search into the first row, and from row to row of a table. */
function toRow(event: Event, step: 1 | -1): void {
  const focused = document.activeElement
  const section = focused?.closest('section.data')
  if (focused === null || section === null || section === undefined) return
  const rows = [...section.querySelectorAll<HTMLElement>('tbody a[href]')]
  const at = rows.findIndex((link) => link.isSameNode(focused))
  if (at === -1 && !(focused instanceof HTMLInputElement)) return
  const next = at === -1 ? (step === 1 ? rows[0] : undefined) : rows[at + step]
  event.preventDefault()
  if (next !== undefined) next.focus()
  else if (step === -1) section.querySelector<HTMLElement>('input[type="search"]')?.focus()
}
