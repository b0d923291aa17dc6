import type { MeshTable } from '../../format.ts'
import { element } from '../element.ts'
import { cutText } from '../long-text.ts'
import type { PageData } from '../proxies.ts'

/** What stands around every place: where the page comes from, and the ways to places of the whole mesh. */
export interface Shell {
  readonly main: HTMLElement
  /** Marks the link to the place that is shown, by the first part of its address. */
  mark(word: string): void
}

const links: readonly (readonly [word: string, title: string, table?: MeshTable])[] = [
  ['overview', 'Overview'],
  ['findings', 'Findings', 'findings'],
  ['fleet', 'Fleet findings', 'fleet'],
  ['certificates', 'Certificates', 'certificates'],
  ['status', 'Sync', 'status'],
  ['diff', 'Compare'],
]

/** Puts the shell into the document. */
export function makeShell({ index, proxies }: PageData): Shell {
  const main = element('main', { id: 'main', tabindex: -1, 'aria-busy': 'true' })
  const shown = links.filter(
    ([word, , table]) =>
      (table === undefined || index.tables[table] !== undefined) && (word !== 'diff' || proxies.length > 1),
  )
  const anchors = new Map(shown.map(([word, title]) => [word, element('a', { href: `#${word}` }, title)]))
  document.body.prepend(
    element(
      'header',
      { class: 'top' },
      element('button', { class: 'skip', type: 'button', click: () => main.focus() }, 'Skip to the content'),
      element(
        'nav',
        { 'aria-label': 'The whole mesh' },
        element('ul', {}, ...[...anchors.values()].map((anchor) => element('li', {}, anchor))),
      ),
      element(
        'p',
        { class: 'source' },
        `${cutText(index.source)}, ${index.written.replace('T', ' ').replace(/\.\d+Z$/, 'Z')}`,
      ),
    ),
    main,
    element(
      'footer',
      {},
      element(
        'p',
        {},
        `${index.program}. Secrets are hidden. Keys: / search, ↑ ↓ rows, Esc back to where this place belongs.`,
      ),
    ),
  )
  return {
    main,
    mark(word) {
      for (const [name, anchor] of anchors)
        if (name === word) anchor.setAttribute('aria-current', 'page')
        else anchor.removeAttribute('aria-current')
    },
  }
}
