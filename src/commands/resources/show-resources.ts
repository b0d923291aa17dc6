import type { Run } from '../../contract/command.ts'
import { selectionOf } from '../../contract/selection.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { AnyResourceKind } from '../../resources/resource-kind.ts'
import { resourceView } from '../../resources/resource-view.ts'
import { dumpOf } from '../proxies/dump-of.ts'
import type { readAuxiliaryPage } from '../proxies/read-auxiliary-page.ts'
import { showEach } from '../proxies/show-each.ts'
import { wantedFilters } from './filter-options.ts'
import { narrowedPath } from './narrowed-path.ts'
import type { preparedKind } from './prepared-kind.ts'
import type { withServerState } from './server-state.ts'

/** Shows the resources of one kind. */
export function showResources(resourceKind: AnyResourceKind): Run {
  return async (args, context) => {
    if (args.boolean('traffic') === true || args.string('interval') !== undefined)
      return (await import('./show-traffic.ts')).showTraffic(resourceKind, args, context)
    const { open, io } = context
    const brief = args.boolean('verbose') === false ? resourceKind.compact : undefined
    const shown = await prepared(brief ?? resourceKind, args, context.format.name)
    const selection = selectionOf(args, { command: resourceKind.name, many: true })
    const proxies = await open(selection, { about: resourceKind.path })
    const wanted = wantedFilters(resourceKind, args)
    const show = async (proxy: MeshProxy) => {
      // Of a proxy that cannot be read, only that is said.
      const late: string[] = []
      const [dump, auxiliaryPage] = await Promise.all([
        dumpOf(proxy, narrowedPath(shown, wanted), context, [resourceKind.entries]),
        resourceKind.auxiliaryPage === undefined
          ? undefined
          : readPage(proxy, resourceKind.auxiliaryPage, {
              ...context,
              note: (line) => void late.push(line),
            }),
      ])
      late.forEach(context.note)
      const own = resourceView(shown, dump, { wanted, label: proxy.label, now: io.now(), auxiliaryPage })
      return own.rows.length === 0 ? withState(own, proxy, io.signal) : own
    }
    return showEach({ selection, proxies }, args, context, show, true)
  }
}

// Few kinds have a second page or filters that evaluate expressions, and few answers are empty: what that needs is loaded then.

async function prepared(...given: Parameters<typeof preparedKind>): Promise<AnyResourceKind> {
  if (given[0].filters.every((filter) => filter.evaluating === undefined)) return given[0]
  return (await import('./prepared-kind.ts')).preparedKind(...given)
}

async function readPage(...given: Parameters<typeof readAuxiliaryPage>): ReturnType<typeof readAuxiliaryPage> {
  return (await import('../proxies/read-auxiliary-page.ts')).readAuxiliaryPage(...given)
}

async function withState(...given: Parameters<typeof withServerState>): ReturnType<typeof withServerState> {
  return (await import('./server-state.ts')).withServerState(...given)
}
