import type { ControlPlane } from '../../envoy/control-plane/control-plane.ts'
import { controlPlaneOf } from '../../envoy/control-plane/control-plane-of.ts'
import type { Linted, Need } from '../proxy/linted.ts'
import type { Place, Reach } from '../proxy/places.ts'
import { routesOf, virtualHostsOf } from '../proxy/tables.ts'
import type { Check, Found, FoundAt, Rule, RuleFacts, Severity } from '../rule.ts'
import type { RawFinding, Silence } from './finding.ts'
import { fixWords } from './fix-words.ts'

/** What rules say of one proxy. */
export interface Checked {
  readonly findings: readonly RawFinding[]
  readonly silent: readonly Silence[]
}

/**
 * Asks rules of a proxy. Each resource is visited once and shown to every rule, so that a large dump is read once. A rule that throws
 * is silenced, with what it threw, and hides no other.
 */
export function checkProxy(rules: readonly Rule[], proxy: Linted): Checked {
  const findings: RawFinding[] = []
  const silent: Silence[] = []
  const plane = controlPlaneOf(proxy.dump)
  let asked: readonly Rule[] = rules.filter((rule) => {
    const missing = missingNeeds(rule, proxy)
    if (missing.length > 0) silent.push({ rule: rule.id, because: { missing } })
    return missing.length === 0
  })

  function ask(
    kind: keyof Check,
    place: Place | undefined,
    visit: (check: Check) => Iterable<Found | FoundAt> | undefined,
  ): void {
    for (const rule of visitors[kind]) {
      try {
        for (const found of visit(rule.check) ?? []) findings.push(rawFinding(rule, place, found, plane))
      } catch (error) {
        silent.push({ rule: rule.id, because: { defect: defectText(error) } })
        asked = asked.filter((other) => other !== rule)
        visitors = visitorsOf(asked)
      }
    }
  }

  let visitors = visitorsOf(asked)
  ask('proxy', undefined, (check) => check.proxy?.(proxy))
  for (const place of proxy.listeners) ask('listener', place, (check) => check.listener?.(place, proxy))
  for (const place of proxy.chains) ask('chain', place, (check) => check.chain?.(place, proxy))
  for (const place of proxy.managers) ask('manager', place, (check) => check.manager?.(place, proxy))
  for (const place of proxy.tcpProxies) ask('tcpProxy', place, (check) => check.tcpProxy?.(place, proxy))
  for (const table of proxy.tables) {
    ask('table', table, (check) => check.table?.(table, proxy))
    for (const host of virtualHostsOf(table)) {
      ask('virtualHost', host, (check) => check.virtualHost?.(host, proxy))
      if (visitors.route.length === 0) continue
      for (const route of routesOf(host)) ask('route', route, (check) => check.route?.(route, proxy))
    }
  }
  for (const place of proxy.clusters) ask('cluster', place, (check) => check.cluster?.(place, proxy))
  return { findings: findings.filter(({ rule }) => asked.some(({ id }) => id === rule)), silent }
}

/** The rules that look at each kind of place: most look at one. */
function visitorsOf(rules: readonly Rule[]): Readonly<Record<keyof Check, readonly Rule[]>> {
  const of = (kind: keyof Check) => rules.filter(({ check }) => check[kind] !== undefined)
  return {
    proxy: of('proxy'),
    listener: of('listener'),
    chain: of('chain'),
    manager: of('manager'),
    tcpProxy: of('tcpProxy'),
    table: of('table'),
    virtualHost: of('virtualHost'),
    route: of('route'),
    cluster: of('cluster'),
  }
}

/** What a rule needs and the dump does not hold. */
function missingNeeds({ needs = [] }: Pick<Rule, 'needs'>, proxy: Linted): Need[] {
  return needs.filter((need) => !proxy.knows(need))
}

/** A finding of a rule, at the place where it looked or at one of its own. */
export function rawFinding(
  rule: RuleFacts,
  place: Place | undefined,
  found: Found | FoundAt,
  plane: ControlPlane | undefined,
): RawFinding {
  const at = 'at' in found ? found.at : place
  const reach = found.reach ?? at?.reach ?? 'unknown'
  return {
    rule: rule.id,
    severity: severityFor(found.severity ?? rule.severity, reach),
    resource: at?.resource ?? '',
    path: at?.path ?? '',
    object: at?.object ?? '',
    reach,
    message: found.message,
    cause: found.cause ?? found.message,
    words: fixWords(rule, plane),
  }
}

/** What nothing leads to hurts nobody yet. */
function severityFor(severity: Severity, reach: Reach): Severity {
  return reach === 'nothing' ? 'info' : severity
}

/** Where it happened, without the message, which may quote the dump. */
export function defectText(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const at = (error.stack ?? '').split('\n').find((line) => /^ +at .*:\d+:\d+\)?$/.test(line))
  return [error.name, at?.trim().replace(/\(.*\/([^/]+)\)/, '($1)')].filter(Boolean).join(' ')
}
