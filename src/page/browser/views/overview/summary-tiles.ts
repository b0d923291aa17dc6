import type { Tone } from '../../../../view.ts'
import type { StoredTable } from '../../../format.ts'
import { type Child, element } from '../../element.ts'
import { cellOf, syncStates } from '../../mesh.ts'
import type { PageData } from '../../proxies.ts'

interface Counted {
  readonly text: string
  readonly count: number
  readonly tone?: Tone | undefined
}

/** The mesh in a few numbers. */
export function summaryTiles(page: PageData): HTMLElement {
  const { proxies, index } = page
  const states = [...syncStates(page).values()]
  const sync = counts(states.map(({ status, tone }) => ({ text: status, tone })))
  const certificates = index.tables.certificates
  const expired = certificates?.rows.filter(({ tones }) => tones?.expires === 'bad').length ?? 0
  const rejected = proxies.filter(({ facts }) => facts.rejected > 0).length
  return element(
    'ul',
    { class: 'tiles' },
    tile('Proxies', proxies.length, '#overview', [
      ...(index.failures.length === 0
        ? []
        : [{ text: 'could not be read', count: index.failures.length, tone: 'bad' } as const]),
      ...(rejected === 0 ? [] : [{ text: 'rejected an update', count: rejected, tone: 'bad' } as const]),
    ]),
    sync.length === 0 ? undefined : tile('Sync', undefined, '#status', sync),
    findingsTile('Findings', '#findings', index.tables.findings),
    findingsTile('Fleet findings', '#fleet', index.tables.fleet),
    certificates === undefined
      ? undefined
      : tile(
          'Certificates',
          certificates.rows.length,
          '#certificates',
          expired === 0 ? [] : [{ text: 'expired', count: expired, tone: 'bad' }],
        ),
    tile(
      'Envoy',
      undefined,
      undefined,
      counts(proxies.map(({ facts }) => ({ text: facts.envoyVersion ?? 'not known' }))),
    ),
    tile(
      'Control plane',
      undefined,
      undefined,
      counts(
        proxies.map(({ facts }) => ({
          text: [facts.controlPlane ?? 'not known', facts.controlPlaneVersion].filter(Boolean).join(' '),
        })),
      ),
    ),
  )
}

function findingsTile(title: string, href: string, table: StoredTable | undefined): HTMLElement | undefined {
  if (table === undefined) return undefined
  const severities = table.rows.map((row) => ({
    text: String(cellOf(table, row, 'severity') ?? ''),
    tone: row.tones?.severity,
  }))
  return tile(title, table.rows.length, href, counts(severities))
}

/** Lines of a tile beyond which the rest is one. */
const maxLines = 5

function tile(
  title: string,
  count: number | undefined,
  href: string | undefined,
  lines: readonly Counted[],
): HTMLElement {
  const left = lines.slice(maxLines)
  const shown = [
    ...lines.slice(0, maxLines),
    ...(left.length === 0 ? [] : [{ text: 'others', count: left.reduce((sum, line) => sum + line.count, 0) }]),
  ]
  const name: Child = href === undefined ? title : element('a', { href }, title)
  return element(
    'li',
    {},
    element('h2', {}, name),
    count === undefined ? undefined : element('p', { class: 'big' }, count.toLocaleString('en')),
    ...shown.map((line) =>
      element(
        'p',
        { class: (line as Counted).tone },
        element('b', {}, line.count.toLocaleString('en')),
        ` ${line.text}`,
      ),
    ),
  )
}

/** Equal texts with their number, most first. */
function counts(list: readonly { readonly text: string; readonly tone?: Tone | undefined }[]): Counted[] {
  const found = new Map<string, { count: number; tone: Tone | undefined }>()
  for (const { text, tone } of list) {
    const known = found.get(text)
    if (known === undefined) found.set(text, { count: 1, tone })
    else known.count += 1
  }
  return [...found].map(([text, { count, tone }]) => ({ text, count, tone })).toSorted((a, b) => b.count - a.count)
}
