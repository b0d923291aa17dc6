import { fragmentOf } from '../../read/place.ts'
import { element } from '../element.ts'
import { factList } from '../fact-list.ts'
import type { PageView } from '../view.ts'
import { notesOf } from './resources/kind-table.ts'
import { shownKinds } from './resources/shown-kinds.ts'

/** One proxy: who it is and what it has loaded. */
export const proxyView: PageView = {
  shows: ({ parts: [word, id, ...more] }) => word === 'proxy' && id !== undefined && more.length === 0,
  title: ({ parts: [, id = ''] }) => id,
  async show(host, { parts: [, id = ''] }, page) {
    const proxy = page.proxy(id)
    if (proxy === undefined) throw new Error(`the page has no proxy ${id}`)
    const { facts } = proxy
    const [dump, kinds] = await Promise.all([proxy.dump(), shownKinds(proxy)])
    const plane = [facts.controlPlane, facts.controlPlaneVersion].filter((part) => part !== undefined).join(' ')
    host.append(
      factList([
        ['Namespace', facts.namespace],
        ['Workload', facts.workload],
        ['Node', facts.node],
        ['Context', facts.context],
        ['Envoy', facts.envoyVersion],
        ['Control plane', plane],
        ['Read at', facts.readAt],
        ['Rejected updates', facts.rejected === 0 ? undefined : facts.rejected],
      ]),
      ...notesOf(dump.notes),
      element('h2', {}, 'Loaded'),
      element(
        'ul',
        {},
        ...kinds.map(({ kind, text, count }) =>
          element(
            'li',
            {},
            element('a', { href: fragmentOf(['proxy', id, kind]) }, text),
            count === undefined ? undefined : ` ${count}`,
          ),
        ),
      ),
    )
  },
}
