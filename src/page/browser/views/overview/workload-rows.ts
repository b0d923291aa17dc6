import { fragmentOf } from '../../../read/place.ts'
import type { PageData, PageProxy } from '../../proxies.ts'
import type { TableColumn, TableRow } from '../../table/table-model.ts'

const columns: readonly TableColumn[] = [
  { header: 'WORKLOAD', key: 'workload' },
  { header: 'NAMESPACE', key: 'namespace' },
  { header: 'PROXIES', key: 'proxies' },
  { header: 'CONFIGURATIONS', key: 'configurations' },
  { header: 'UNLIKE MOST', key: 'odd' },
]

/** Proxies of one workload, and whether they have loaded the same: a difference leads to the diff. */
export function workloadsTable({ proxies }: PageData) {
  const groups = Map.groupBy(proxies, workloadOf)
  const rows = [...groups.values()].map((group): TableRow => {
    const [first] = group
    const alike = alikeIn(group)
    const [most = [], ...others] = alike
    const odd = others.flat()
    return {
      cells: [
        first?.facts.workload ?? first?.id,
        first?.facts.namespace,
        group.length,
        alike.length,
        odd.map(({ id }) => id).join(', '),
      ],
      ...(alike.length > 1 ? { tones: { configurations: 'warning' } } : {}),
      hrefs: hrefsOf(first, most, odd),
    }
  })
  return { caption: 'Workloads', columns, rows, empty: 'No proxy could be read.' }
}

/** A replica of its workload that has what most of them have; undefined where the proxy has that itself, or is alone. */
export function usualReplica({ proxies }: PageData, proxy: PageProxy): PageProxy | undefined {
  const workload = workloadOf(proxy)
  const [most = []] = alikeIn(proxies.filter((other) => workloadOf(other) === workload))
  return most.includes(proxy) ? undefined : most[0]
}

function workloadOf({ facts, id }: PageProxy): string {
  return JSON.stringify(facts.workload === undefined ? [id] : [facts.workload, facts.namespace, facts.context])
}

/** Proxies that have loaded the same, the most first. */
function alikeIn(group: readonly PageProxy[]): PageProxy[][] {
  return [...Map.groupBy(group, ({ facts }) => facts.loaded ?? '').values()].toSorted((a, b) => b.length - a.length)
}

function hrefsOf(
  first: PageProxy | undefined,
  [most]: readonly PageProxy[],
  [odd]: readonly PageProxy[],
): Readonly<Record<string, string>> {
  const workload = first === undefined ? {} : { workload: fragmentOf(['proxy', first.id]) }
  if (most === undefined || odd === undefined) return workload
  return { ...workload, odd: fragmentOf(['diff', most.id, odd.id]) }
}
