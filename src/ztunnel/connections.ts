import { isObject, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../envoy/json.ts'
import type { ZtunnelDump } from './dump.ts'
import { byKeys, text } from './entry-text.ts'
import { wants, type ZtunnelFilters, type ZtunnelKind, type ZtunnelRow } from './kind.ts'
import { vips } from './services.ts'
import { ztunnelWords } from './words.ts'

/** Open connections of the node's workloads. Columns follow `istioctl ztunnel-config connections`. */
export const connections: ZtunnelKind = {
  ...ztunnelWords.connections,
  kind: 'connection',
  section: 'workloadState',
  heading: 'CONNECTIONS INFO',
  ofOneNode: true,
  columns: [
    { header: 'WORKLOAD', key: 'workload' },
    { header: 'DIRECTION', key: 'direction' },
    { header: 'LOCAL', key: 'local' },
    { header: 'REMOTE', key: 'remote' },
    { header: 'REMOTE TARGET', key: 'remoteTarget' },
    { header: 'PROTOCOL', key: 'protocol' },
    { header: 'STATE', key: 'state', wide: true },
  ],
  rows(dump, filters) {
    const name = namer(dump, filters)
    return dump.workloadState
      .filter((state) => {
        const { namespace, name: workload } = objectOf(state.info)
        return (
          wants(filters.workloadNamespace, stringOf(namespace)) &&
          wants(filters.workload?.name, stringOf(workload)) &&
          wants(filters.workload?.namespace, stringOf(namespace))
        )
      })
      .toSorted(inOrder)
      .flatMap((state) => rowsOf(ofDirection(state, filters), name))
  },
}

/** With the connections of the wanted direction only. */
function ofDirection(state: JsonObject, { direction }: ZtunnelFilters): JsonObject {
  if (direction === undefined) return state
  const kept = Object.entries(objectOf(state.connections)).filter(([name]) => wants(direction, name))
  return { ...state, connections: Object.fromEntries(kept) }
}

function rowsOf(state: JsonObject, name: (address: string) => string): ZtunnelRow[] {
  const info = objectOf(state.info)
  const workload = `${stringOf(info.name) ?? ''}.${stringOf(info.namespace) ?? ''}`
  const { inbound, outbound } = objectOf(state.connections)
  const row = (connection: JsonObject, ...cells: string[]): ZtunnelRow => ({
    name: workload,
    source: state,
    cells: [workload, ...cells, stringOf(connection.protocol), stringOf(state.state)],
  })
  return [
    ...objectsOf(inbound).map((connection) => {
      const { src, originalDst, actualDst } = ends(connection)
      return row(connection, 'Inbound', name(actualDst), name(src), originalDst)
    }),
    ...objectsOf(outbound).map((connection) => {
      const { src, originalDst, actualDst } = ends(connection)
      return row(connection, 'Outbound', name(src), name(actualDst), name(originalDst))
    }),
  ]
}

function ends({ src, originalDst, actualDst }: JsonObject) {
  return { src: stringOf(src) ?? '', originalDst: stringOf(originalDst) ?? '', actualDst: stringOf(actualDst) ?? '' }
}

/** Names what an address belongs to: the host name of a service, `pod.namespace` of a workload; the port stays. */
function namer({ services, workloads }: ZtunnelDump, { raw }: ZtunnelFilters): (address: string) => string {
  if (raw) return (address) => address
  const names = new Map<string, string>()
  for (const workload of workloads.filter(isObject)) {
    for (const ip of stringsOf(workload.workloadIps)) {
      names.set(ip, `${stringOf(workload.name) ?? ''}.${stringOf(workload.namespace) ?? ''}`)
    }
  }
  for (const service of services) for (const ip of vips(service)) names.set(ip, stringOf(service.hostname) ?? ip)
  return (address) => {
    const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? []
    const name = host === undefined ? undefined : names.get(host)
    return name === undefined ? address : `${name}:${port}`
  }
}

const inOrder = byKeys(
  ({ info }) => text(objectOf(info), 'namespace'),
  ({ info }) => text(objectOf(info), 'name'),
)
