import { serviceIn } from '../../envoy/control-plane/service-name.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { memoizeByObject } from '../../envoy/memoize-by-object.ts'
import { clusterName } from '../../envoy/model/names.ts'
import { nearNames } from '../../envoy/text/near-names.ts'

/** Hosts that a proxy has clusters for, as its clients may write them: the namespace of a service included. */
const knownHosts = memoizeByObject((dump: ConfigDump): ReadonlySet<string> => {
  const hosts = dump.entries('clusters').flatMap(({ name }) => {
    const { host, direction, port } = clusterName(name)
    const service = direction === 'inbound' ? undefined : serviceIn(name)
    if (service !== undefined) return [`${service.name}.${service.namespace}`]
    return direction === 'outbound' && port !== undefined && host !== '' ? [host] : []
  })
  return new Set(hosts)
})

/** Namespaces in which the dump knows a service of this name. */
export function namespacesOf(name: string, dump: ConfigDump): readonly string[] {
  return [...knownHosts(dump)].flatMap((host) => {
    const [first, namespace, more] = host.split('.')
    return first === name && namespace !== undefined && more === undefined ? [namespace] : []
  })
}

/** Hosts that the dump knows and that may have been meant: the same name in other namespaces, else one that differs little. */
export function likelyHosts(host: string, dump: ConfigDump): readonly string[] {
  const [name = '', ...rest] = host.split('.')
  const same = namespacesOf(name, dump).map((namespace) => `${name}.${namespace}`)
  const others = same.filter((known) => known !== host).slice(0, maxNamed)
  if (others.length > 0) return others
  const known = [...knownHosts(dump)]
  // Of a name without a namespace only the first part is compared.
  if (rest.length > 0) return nearNames(host, known)
  const near = new Set(nearNames(name, [...new Set(known.map((one) => one.split('.')[0] ?? ''))]))
  return known.filter((one) => near.has(one.split('.')[0] ?? '')).slice(0, maxNamed)
}

const maxNamed = 3
