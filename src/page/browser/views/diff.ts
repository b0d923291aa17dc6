import { type ComparedProxy, compareProxies } from '../../../analyses/compare/compare-proxies.ts'
import { differenceView } from '../../../analyses/compare/difference-view.ts'
import { ownFacts } from '../../../analyses/compare/identity/own-facts.ts'
import { ownText } from '../../../analyses/compare/identity/own-text.ts'
import { comparableKinds } from '../../../analyses/compare/model/comparable-kinds.ts'
import { fragmentOf } from '../../read/place.ts'
import { element } from '../element.ts'
import { noteList } from '../facts.ts'
import type { PageData, PageProxy } from '../proxies.ts'
import { dataTable } from '../table/data-table.ts'
import type { PageView } from '../view.ts'

/** What differs between two proxies: `#diff/A/B`; with fewer, a choice of them. */
export const diffPlace: PageView = {
  shows: ({ parts: [word, _a, _b, ...more] }) => word === 'diff' && more.length === 0,
  title: ({ parts: [, a, b] }) => (a === undefined || b === undefined ? 'Compare two proxies' : `${a} and ${b}`),
  async show(host, { parts: [, a, b] }, page) {
    const before = a === undefined ? undefined : page.requireProxy(a)
    const after = b === undefined ? undefined : page.requireProxy(b)
    host.append(choice(page, before, after))
    if (before !== undefined && after !== undefined) host.append(...(await differenceOf(before, after)))
  },
}

function choice({ proxies }: PageData, before: PageProxy | undefined, after: PageProxy | undefined): HTMLElement {
  const ids = element('datalist', { id: 'ids' }, ...proxies.map(({ id }) => element('option', { value: id })))
  const field = (name: string, value: string | undefined) =>
    element(
      'label',
      {},
      `${name} `,
      element('input', { name, list: 'ids', value, required: true, autocomplete: 'off', spellcheck: 'false' }),
    )
  const submit = (event: Event) => {
    event.preventDefault()
    const given = new FormData(form)
    location.hash = fragmentOf(['diff', String(given.get('Before')), String(given.get('After'))])
  }
  const form = element(
    'form',
    { class: 'controls', submit },
    field('Before', before?.id),
    field('After', after?.id),
    element('button', { type: 'submit' }, 'Compare'),
    before === undefined || after === undefined
      ? undefined
      : element('a', { href: fragmentOf(['diff', after.id, before.id]) }, 'The other way round'),
    ids,
  )
  return form
}

async function differenceOf(before: PageProxy, after: PageProxy): Promise<HTMLElement[]> {
  const [first, second] = await Promise.all([sideOf(before), sideOf(after)])
  const comparison = compareProxies(first, second, { kinds: comparableKinds, only: [], identity: false, ignored: [] })
  const pair = { names: { before: before.id, after: after.id }, comparison, requests: undefined }
  const notes = [...new Set([...first.dump.notes, ...second.dump.notes])]
  const view = differenceView({
    pairs: [pair],
    compared: 1,
    groups: [],
    onlyBefore: [],
    onlyAfter: [],
    left: new Map(),
    notes,
  })
  const { columns, rows, empty } = view
  const left = columns.flatMap(({ key }, at) => (key === 'beforeProxy' || key === 'afterProxy' ? [at] : []))
  const shown = <T>(list: readonly T[]) => list.filter((_, at) => !left.includes(at))
  const text = [...(view.texts?.unified?.() ?? [])].map((line) => (typeof line === 'string' ? line : line.text))
  return [
    ...[noteList(view.notes)].filter((list) => list !== undefined),
    dataTable({
      caption: 'Differences',
      columns: shown(columns).map(({ header, key }) => ({ header, key })),
      rows: rows.map(({ kind = '', name, cells }) => ({
        cells: shown(cells),
        hrefs: { name: fragmentOf(['proxy', after.id, kind, name]) },
      })),
      empty,
    }),
    ...(text.length === 0 ? [] : [unifiedDiff(text)]),
  ]
}

async function sideOf({ id, dump: read }: PageProxy): Promise<ComparedProxy> {
  const dump = await read()
  const facts = ownFacts(dump, undefined)
  return { dump, label: id, facts, text: ownText(facts) }
}

/** Lines of a unified diff that are shown; more are what the command line is for. */
const maxLines = 5000

function unifiedDiff(lines: readonly string[]): HTMLElement {
  const tones: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed', '@': 'quiet' }
  const block = element('pre', { tabindex: 0, role: 'group', 'aria-label': 'Unified diff' })
  for (const line of lines.slice(0, maxLines))
    block.append(element('span', { class: tones[line.charAt(0)] }, line), document.createTextNode('\n'))
  const left = lines.length - maxLines
  return element(
    'details',
    {},
    element('summary', {}, 'As a unified diff'),
    block,
    left > 0 ? element('p', {}, `… and ${left.toLocaleString('en')} more lines`) : undefined,
  )
}
