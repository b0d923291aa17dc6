import { controlPlaneOf } from '../../envoy/control-plane/control-plane-of.ts'
import { nodeOf } from '../../envoy/dump/bootstrap-node.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { objectOf, stringOf } from '../../envoy/json.ts'
import { cidrContains, parseCidr, parseIp } from '../../envoy/model/ip.ts'
import type { PartialAddress, RedirectExemption } from '../request.ts'

/** Annotations of the workload's pod. */
export type Annotations = Readonly<Record<string, string>>

/** The annotations that Istio gives its proxies with the node; empty where a dump has none. */
export function annotationsOf(dump: ConfigDump): Annotations {
  const found = Object.entries(objectOf(objectOf(nodeOf(dump).metadata).ANNOTATIONS))
  return Object.fromEntries(found.map(([name, value]) => [name, stringOf(value) ?? '']))
}

/**
 * Why a connection that comes to the workload is not redirected; undefined for one that is.
 * https://istio.io/latest/docs/ops/deployment/application-requirements/ and the iptables rules of istio-init and of OSM's init container
 */
export function inboundExemption(
  dump: ConfigDump,
  annotations: Annotations,
  port: number,
): RedirectExemption | undefined {
  const exempt = controlPlaneOf(dump)?.exempt
  if (exempt?.ports.includes(port)) return { rule: exempt.rule, leaves: false }
  const found = byAnnotation(annotations, inboundRules, (list) => listsPort(list, port))
  return found && { ...found, leaves: false }
}

/** Why a connection that the workload opens is not redirected; undefined for one that is. */
export function outboundExemption(
  annotations: Annotations,
  { address, port }: PartialAddress,
): RedirectExemption | undefined {
  if (address !== undefined && isOwnLoopback(address)) return { rule: 'loopback', leaves: false }
  const rules = port === undefined ? [] : outboundPortRules
  const byPort = byAnnotation(annotations, rules, (list) => listsPort(list, port ?? 0))
  // Ports that are to be included are, whatever the range.
  const included = annotations[includedPorts]
  if (byPort !== undefined || (included !== undefined && port !== undefined && listsPort(included, port))) return byPort
  return address === undefined
    ? undefined
    : byAnnotation(annotations, outboundRangeRules, (list) => listsAddress(list, address))
}

interface Rule {
  readonly annotation: string
  /** What the annotation lists is left alone, or nothing but that is redirected. */
  readonly lists: 'excluded' | 'included'
}

const excluded = (annotation: string): Rule => ({ annotation, lists: 'excluded' })
const included = (annotation: string): Rule => ({ annotation, lists: 'included' })

const includedPorts = 'traffic.sidecar.istio.io/includeOutboundPorts'

const inboundRules: readonly Rule[] = [
  excluded('traffic.sidecar.istio.io/excludeInboundPorts'),
  included('traffic.sidecar.istio.io/includeInboundPorts'),
  excluded('traffic.kuma.io/exclude-inbound-ports'),
  excluded('openservicemesh.io/inbound-port-exclusion-list'),
  excluded('consul.hashicorp.com/transparent-proxy-exclude-inbound-ports'),
]

const outboundPortRules: readonly Rule[] = [
  excluded('traffic.sidecar.istio.io/excludeOutboundPorts'),
  excluded('traffic.kuma.io/exclude-outbound-ports'),
  excluded('openservicemesh.io/outbound-port-exclusion-list'),
  excluded('consul.hashicorp.com/transparent-proxy-exclude-outbound-ports'),
]

const outboundRangeRules: readonly Rule[] = [
  excluded('traffic.sidecar.istio.io/excludeOutboundIPRanges'),
  included('traffic.sidecar.istio.io/includeOutboundIPRanges'),
  excluded('openservicemesh.io/outbound-ip-range-exclusion-list'),
  excluded('consul.hashicorp.com/transparent-proxy-exclude-outbound-cidrs'),
]

/** Those of a pod's annotations that decide what is redirected. */
export function redirectAnnotations(annotations: Annotations): Annotations {
  const names = [...inboundRules, ...outboundPortRules, ...outboundRangeRules].map(({ annotation }) => annotation)
  const read = new Set([...names, includedPorts])
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => read.has(name)))
}

function byAnnotation(
  annotations: Annotations,
  rules: readonly Rule[],
  isListed: (list: string) => boolean,
): RedirectExemption | undefined {
  const found = rules.find(({ annotation, lists }) => {
    const list = annotations[annotation]
    return list !== undefined && (lists === 'excluded' ? isListed(list) : list.trim() !== '*' && !isListed(list))
  })
  return found === undefined ? undefined : { rule: 'annotation', annotation: found.annotation, leaves: true }
}

/** `8080,9000-9010` */
function listsPort(list: string, port: number): boolean {
  return items(list).some((item) => {
    const [, first = '', last = first] = /^(\d+)(?:[-:](\d+))?$/.exec(item) ?? []
    return first !== '' && port >= Number(first) && port <= Number(last)
  })
}

/** `10.0.0.0/8,fd00::/8` */
function listsAddress(list: string, address: string): boolean {
  const ip = parseIp(address)
  if (ip === undefined) return false
  return items(list).some((item) => {
    const [prefix = '', length] = item.split('/')
    const width = prefix.includes(':') ? 128 : 32
    const cidr = parseCidr({ address_prefix: prefix, prefix_len: length === undefined ? width : Number(length) })
    return item === '*' || (cidr !== undefined && cidrContains(cidr, ip))
  })
}

function items(list: string): string[] {
  return list.split(',').map((item) => item.trim())
}

/** 127.0.0.0/8 and ::1: what a program sends to itself. */
function isOwnLoopback(address: string): boolean {
  const ip = parseIp(address)
  return ip !== undefined && (ip.family === 4 ? ip.bits >> 24n === 127n : ip.bits === 1n)
}
