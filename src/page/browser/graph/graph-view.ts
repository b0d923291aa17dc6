import { element } from '../element.ts'
import { proxyTabs } from '../proxy-tabs.ts'
import type { PageView } from '../view.ts'
import { graphDrawing } from './graph-drawing.ts'
import { type GraphPlace, graphAddress, graphPlaceOf, nodeAddress } from './graph-links.ts'
import { graphList } from './graph-list.ts'
import type { GraphNode, ProxyGraph } from './graph-model.ts'
import { graphOfProxy } from './graph-of-proxy.ts'
import { rootsOf, type VisibleGraph, visibleGraph } from './visible-graph.ts'

/** What a proxy does with a connection, as a drawing: listener, filter chain, route configuration, virtual host, cluster, endpoint. */
export const graphView: PageView = {
  shows: ({ parts: [word, id, what, ...more] }) =>
    word === 'proxy' && id !== undefined && what === 'graph' && more.length === 0,
  title: ({ parts: [, id = ''] }) => `Graph of ${id}`,
  async show(host, { parts: [, id = ''], query }, page) {
    const proxy = page.requireProxy(id)
    host.append(proxyTabs(proxy, 'graph'))
    const graph = await graphOfProxy(proxy)
    const place = graphPlaceOf(query)
    const visible = visibleGraph(graph, { ...place, unfolded: new Set(place.open) })
    const href = (node: GraphNode): string | undefined => nodeAddress(id, place, node)
    host.append(
      graphForm(id, place, graph, visible),
      element('p', { class: 'graph-note', role: 'status' }, noteOf(place, graph, visible)),
    )
    if (visible.nodes.length === 0) return
    host.append(graphDrawing(visible, { label: labelOf(place, visible), href }), graphList(visible, href))
  },
}

/** Chooses a listener, or searches. Either is an address, so that going back and links work. */
function graphForm(id: string, place: GraphPlace, graph: ProxyGraph, visible: VisibleGraph): HTMLElement {
  const current = place.search ? '' : (place.listener ?? visible.chosen ?? '')
  const listeners = rootsOf(graph)
  const select = element(
    'select',
    { id: 'graph-listener', change: go },
    element('option', { value: '', selected: current === '' }, `all ${listeners.length}`),
    ...listeners.map(({ name, detail }) =>
      element('option', { value: name, selected: name === current }, detail === '' ? name : `${name} (${detail})`),
    ),
  )
  const search = element('input', {
    id: 'graph-search',
    type: 'search',
    value: place.search ?? '',
    'data-search': true,
  })
  function go(): void {
    location.hash = graphAddress(id, { listener: select.value || undefined, open: [] })
  }
  return element(
    'form',
    {
      class: 'graph-form',
      role: 'search',
      submit: (event) => {
        event.preventDefault()
        location.hash = graphAddress(id, { search: search.value, open: [] })
      },
    },
    element('label', { for: 'graph-listener' }, 'Listener'),
    select,
    element('label', { for: 'graph-search' }, 'Search'),
    search,
    element('button', { type: 'submit' }, 'Find'),
  )
}

function noteOf({ search, listener }: GraphPlace, graph: ProxyGraph, { chosen, found, nodes }: VisibleGraph): string {
  if (search !== undefined && search !== '') {
    if (found === undefined || found === 0)
      return `Nothing that is reached from a listener has ${JSON.stringify(search)} in it.`
    const more = found > 20 ? ', the first 20 are shown with what leads to them' : ', shown with what leads to it'
    return `${found} found${more}.`
  }
  if (nodes.length === 0)
    return listener === undefined
      ? 'No listener serves in this proxy.'
      : `There is no listener ${listener} that serves.`
  if (chosen === undefined) return `${nodes.length} nodes.`
  const listeners = rootsOf(graph).length
  return listeners === 1
    ? 'The listener leads to more than one drawing holds: search shows the rest.'
    : `${listeners} listeners are too many for one drawing: this is the first. Choose another one, or search.`
}

function labelOf({ search, listener }: GraphPlace, { chosen, nodes }: VisibleGraph): string {
  const of = search ? `what ${JSON.stringify(search)} is found in` : (listener ?? chosen ?? 'all listeners')
  return `Graph of ${of}: ${nodes.length} nodes. Arrow keys move between them.`
}
