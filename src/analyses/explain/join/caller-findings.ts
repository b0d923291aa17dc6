import type { JsonObject } from '../../../envoy/json.ts'
import { hostAddressText, hostsOfStatus } from '../../../envoy/model/hosts.ts'
import type { FailureKind } from '../tally/failure-kind.ts'
import type { Finding } from './finding.ts'
import { hostAttempts } from './host-attempts.ts'

/** A proxy that may send to the hosts of a log, with what it counts of them. */
export interface Caller {
  /** `POD.NAMESPACE` */
  readonly name: string
  /** The node that it runs on, where that is known. */
  readonly node: string | undefined
  /** By address; only hosts that were asked for. */
  readonly hosts: ReadonlyMap<string, CallerCounts>
}

interface CallerCounts {
  readonly attempts: number
  readonly failures: number
}

/**
 * What a proxy counts of some hosts, over all of its clusters.
 * @param statuses each `envoy.admin.v3.ClusterStatus` of a reply to `/clusters`
 * @param wanted addresses with ports
 */
export function callerCounts(
  statuses: readonly JsonObject[],
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, CallerCounts> {
  const found = new Map<string, CallerCounts>()
  for (const host of statuses.flatMap(hostsOfStatus)) {
    const address = hostAddressText(host)
    if (!wanted.has(address)) continue
    const { attempts, failures, failedConnections } = hostAttempts(host.source)
    const before = found.get(address) ?? { attempts: 0, failures: 0 }
    found.set(address, {
      attempts: before.attempts + Math.max(attempts, failedConnections),
      failures: before.failures + Math.max(failures, failedConnections),
    })
  }
  return found
}

/** The most frequent hosts of a kind of failure, which are looked at in other proxies. */
const maxHosts = 3

/** Callers that are named before the rest is only counted. */
const maxNamed = 3

/** From this share of failures on a host fails for a caller: counters go back to the start of the proxy. */
const failingShare = 0.01

/** Of each failing host of a kind, for how many of the callers it fails: for all it is the host, for one the way to it. */
export function callerFindings({ hosts }: FailureKind, callers: readonly Caller[]): readonly Finding[] {
  if (callers.length === 0) return []
  return hosts.top(maxHosts).map(([address]) => callerFinding(address, callers))
}

/** The addresses that callers are asked about. */
export function failingHosts(kinds: Iterable<FailureKind>): ReadonlySet<string> {
  return new Set([...kinds].flatMap(({ hosts }) => hosts.top(maxHosts).map(([address]) => address)))
}

function callerFinding(address: string, callers: readonly Caller[]): Finding {
  const asked = callers.filter(({ hosts }) => (hosts.get(address)?.attempts ?? 0) > 0)
  const failing = asked.filter(({ hosts }) => isFailing(hosts.get(address)))
  const of = `${failing.length} of ${asked.length} callers`
  if (asked.length < 2)
    return {
      code: 'no-other-caller',
      text: `${address}: ${asked.length === 0 ? 'none' : `only ${asked[0]?.name}`} of ${callers.length} proxies has sent it anything`,
    }
  if (failing.length === 0)
    return { code: 'some-callers', text: `${address} fails for none of ${asked.length} callers by their counters` }
  if (failing.length === asked.length)
    return { code: 'all-callers', text: `${address} fails for ${of}: the host itself, not the way to it` }
  return {
    code: 'some-callers',
    text: `${address} fails for ${of}: ${named(failing, address)}${common(failing, asked)}`,
  }
}

function isFailing(counts: CallerCounts | undefined): boolean {
  return counts !== undefined && counts.failures > 0 && counts.failures / counts.attempts >= failingShare
}

/** Those that fail most on top. */
function named(failing: readonly Caller[], address: string): string {
  const counts = (caller: Caller) => caller.hosts.get(address) ?? { attempts: 0, failures: 0 }
  const texts = failing
    .toSorted((a, b) => counts(b).failures - counts(a).failures || (a.name < b.name ? -1 : 1))
    .slice(0, maxNamed)
    .map((caller) => `${caller.name} (${counts(caller).failures} of ${counts(caller).attempts})`)
  const more = failing.length - maxNamed
  return texts.join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** What the callers that fail have in common and the others do not. */
function common(failing: readonly Caller[], asked: readonly Caller[]): string {
  const [first] = failing
  const node = first?.node
  const isOfNode = node !== undefined && failing.every((caller) => caller.node === node)
  const others = asked.filter((caller) => !failing.includes(caller))
  if (isOfNode && failing.length > 1 && !others.some((caller) => caller.node === node))
    return `, all of them on node ${node}: the network of that node`
  return failing.length === 1 ? ': the way from there, or what it asks for' : ''
}
