import { fragmentOf, type Place } from '../../read/place.ts'
import { element } from '../element.ts'
import type { PageData } from '../proxies.ts'
import { shownKinds } from '../views/resources/shown-kinds.ts'

/** The places of one proxy; undefined where the place is none of a proxy of the page. */
export async function proxyNavigation(
  { parts: [word, id = '', what = ''] }: Place,
  page: PageData,
): Promise<HTMLElement | undefined> {
  const proxy = word === 'proxy' ? page.proxy(id) : undefined
  if (proxy === undefined) return undefined
  const kinds = await shownKinds(proxy)
  const places = [
    { text: 'Summary', parts: [] },
    { text: 'Graph', parts: ['graph'] },
    { text: 'Trace', parts: ['trace'] },
    ...kinds.map(({ kind, text, count }) => ({ text: count === undefined ? text : `${text} ${count}`, parts: [kind] })),
  ]
  return element(
    'nav',
    { 'aria-label': `Proxy ${id.slice(0, 200).toWellFormed()}`, class: 'proxy-nav' },
    element(
      'ul',
      {},
      ...places.map(({ text, parts }) => {
        const current = (parts[0] ?? '') === what ? 'page' : undefined
        return element(
          'li',
          {},
          element('a', { href: fragmentOf(['proxy', id, ...parts]), 'aria-current': current }, text),
        )
      }),
    ),
  )
}
