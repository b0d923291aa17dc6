import { type JsonObject, numberOf, objectOf, objectsOf, scalarText, stringOf, stringsOf } from '../../envoy/json.ts'
import type { DescriptionRow } from './description-row.ts'

/** What is shown of a pod. */
export interface PodFacts {
  readonly name: string
  readonly namespace: string
  readonly phase: string
  readonly ready: boolean
  readonly node: string | undefined
  readonly containers: readonly { readonly name: string; readonly ports: readonly { readonly port: number }[] }[]
}

/** A pod as the API has it. */
export function podRow({ name, namespace, phase, ready, node, containers }: PodFacts): DescriptionRow {
  const summary = [
    `${phase}${ready ? '' : ', not ready'}`,
    node === undefined ? '' : `node ${node}`,
    ...containers.map((container) => {
      const ports = container.ports.map(({ port }) => port).join(',')
      return `container ${container.name}${ports === '' ? '' : ` (${ports})`}`
    }),
  ]
  return {
    part: 'Pod',
    name: `${name}.${namespace}`,
    summary: summary.filter(Boolean).join(', '),
    object: `pod/${name}.${namespace}`,
  }
}

/** A Service as the API has it. */
export function serviceRow(service: JsonObject): DescriptionRow {
  const { name, namespace } = objectOf(service.metadata)
  const spec = objectOf(service.spec)
  const full = `${stringOf(name) ?? ''}.${stringOf(namespace) ?? ''}`
  const ports = objectsOf(spec.ports).map((port) => {
    const named = stringOf(port.name)
    const target = port.targetPort ?? port.port
    return `port ${named === undefined ? '' : `${named} `}${numberOf(port.port)}/${stringOf(port.protocol) ?? 'TCP'} -> ${scalarText(target)}`
  })
  const selector = Object.entries(objectOf(spec.selector)).map(([key, value]) => `${key}=${scalarText(value)}`)
  const summary = [
    [stringOf(spec.type) ?? 'ClusterIP', stringOf(spec.clusterIP), stringOf(spec.externalName)]
      .filter(Boolean)
      .join(' '),
    reachedAt(service),
    ...ports,
    selector.length === 0 ? 'no selector' : `selects ${selector.join(',')}`,
  ]
  return { part: 'Service', name: full, summary: summary.filter(Boolean).join(', '), object: `service/${full}` }
}

/** Where a Service is reached from outside of the cluster, apart from ports of nodes. */
function reachedAt({ spec, status }: JsonObject): string {
  const balancers = objectsOf(objectOf(objectOf(status).loadBalancer).ingress)
  const found = [
    ...balancers.map(({ hostname, ip }) => stringOf(hostname) || stringOf(ip) || ''),
    ...stringsOf(objectOf(spec).externalIPs),
  ].filter(Boolean)
  return found.length === 0 ? '' : `exposed at ${found.join(', ')}`
}
