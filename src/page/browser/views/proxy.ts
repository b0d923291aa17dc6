import { resourceKinds } from '../../../resources/index.ts'
import { resourceView } from '../../../resources/resource-view.ts'
import { element } from '../element.ts'
import type { PageView } from '../view.ts'

/** One proxy: what it has loaded. */
export const proxyView: PageView = {
  shows: ({ parts: [word, id, ...more] }) => word === 'proxy' && id !== undefined && more.length === 0,
  title: ({ parts: [, id = ''] }) => id,
  async show(host, { parts: [, id = ''] }, page) {
    const proxy = page.proxy(id)
    if (proxy === undefined) throw new Error(`the page has no proxy ${id}`)
    const dump = await proxy.dump()
    for (const kind of resourceKinds) {
      if (!dump.has(kind.entries) || kind.name === 'secrets') continue
      const { columns, rows } = resourceView(kind, dump, { wanted: {}, label: id, now: page.now })
      host.append(
        element('h2', {}, kind.name),
        element(
          'table',
          {},
          element(
            'thead',
            {},
            element('tr', {}, ...columns.map(({ header }) => element('th', { scope: 'col' }, header))),
          ),
          element(
            'tbody',
            {},
            ...rows.map(({ cells }) =>
              element('tr', {}, ...cells.map((cell) => element('td', {}, String(cell ?? '')))),
            ),
          ),
        ),
      )
    }
  },
}
