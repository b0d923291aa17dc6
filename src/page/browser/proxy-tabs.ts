import { resourceKinds } from '../../resources/index.ts'
import type { AnyResourceKind } from '../../resources/resource-kind.ts'
import { fragmentOf } from '../read/place.ts'
import { element } from './element.ts'
import type { PageProxy } from './proxies.ts'

/** The word that names a kind in addresses: `cluster`, `route`; `eds` beside the endpoints that Envoy sees. */
export function kindWord({ name, kind }: Pick<AnyResourceKind, 'name' | 'kind'>): string {
  return name === 'eds' ? name : kind
}

/** The kind that a word of an address names, in any of the words that the command line takes. */
export function kindOfWord(word: string): AnyResourceKind | undefined {
  return resourceKinds.find((kind) => kindWord(kind) === word || kind.name === word || kind.aliases.includes(word))
}

/** What a proxy can be looked at as, in words of addresses. */
const ways = [
  ['graph', 'Graph'],
  ['trace', 'Trace'],
] as const

/**
 * The links from one place of a proxy to the others.
 * @param current the word of the place that is shown; undefined for the proxy itself
 */
export function proxyTabs({ id, facts: { counts } }: PageProxy, current?: string): HTMLElement {
  const tab = (parts: readonly string[], text: string, isCurrent: boolean, count?: number) =>
    element(
      'li',
      {},
      element(
        'a',
        { href: fragmentOf(['proxy', id, ...parts]), 'aria-current': isCurrent ? 'page' : undefined },
        text,
        count === undefined ? undefined : element('span', { class: 'badge' }, count),
      ),
    )
  return element(
    'nav',
    { class: 'tabs', 'aria-label': 'Parts of this proxy' },
    element(
      'ul',
      {},
      tab([], 'Summary', current === undefined),
      ...ways.map(([word, title]) => tab([word], title, current === word)),
      ...resourceKinds
        .filter(({ entries }) => counts[entries] !== 0)
        .map((kind) => {
          const word = kindWord(kind)
          const title = kindTitle(kind)
          return tab([word], title, current === word, kind.name === 'filters' ? undefined : counts[kind.entries])
        }),
    ),
  )
}

/** The name of a kind as a title: `Clusters`, `EDS`. */
export function kindTitle({ name }: Pick<AnyResourceKind, 'name'>): string {
  return name === 'eds' || name === 'ecds' ? name.toUpperCase() : name.charAt(0).toUpperCase() + name.slice(1)
}
