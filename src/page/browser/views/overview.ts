import { fragmentOf } from '../../read/place.ts'
import { element } from '../element.ts'
import type { PageView } from '../view.ts'

/** All proxies of the page. */
export const overview: PageView = {
  shows: ({ parts: [word, ...more] }) => (word === 'overview' || word === undefined) && more.length === 0,
  title: () => 'Overview',
  show(host, _place, { proxies }) {
    host.append(
      element(
        'ul',
        {},
        ...proxies.map(({ id }) => element('li', {}, element('a', { href: fragmentOf(['proxy', id]) }, id))),
      ),
    )
  },
}
