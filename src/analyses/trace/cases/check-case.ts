import { isNamed } from '../../../envoy/text/pipe-free.ts'
import type { Alternative, Trace } from '../../../walk/trace-result.ts'
import type { Expectation } from './case-expectation.ts'
import type { CheckFailure } from './router-check.ts'

/** What of an expectation a trace does not hold; empty when it passes. */
export function checkCase(expect: Expectation, { alternatives }: Trace): CheckFailure[] {
  const { cluster, ...others } = expect
  const failures = Object.entries(others).flatMap(([field, expected]) => {
    if (expected === undefined) return []
    const actual = [
      ...new Set(alternatives.flatMap((alternative) => observed(field as keyof Expectation, alternative))),
    ]
    const wanted = Array.isArray(expected) ? codeList(expected) : String(expected)
    const holds = actual.length > 0 && actual.every((value) => value === wanted)
    return holds ? [] : [{ field, expected: wanted, actual: actual.join(', ') || 'none' }]
  })
  return cluster === undefined ? failures : [...failures, ...clusterFailures(cluster, alternatives)]
}

/** In one order, each once. */
function codeList(codes: readonly string[]): string {
  return [...new Set(codes)].sort().join(', ') || 'none'
}

/** The last hop decides; a value per endpoint where there are several. */
function observed(field: keyof Expectation, { hops, outcome }: Alternative): string[] {
  const http = hops.findLast(({ protocol }) => protocol === 'http') ?? hops.at(-1)
  const values: Partial<Record<keyof Expectation, string | number | undefined>> = {
    outcome: outcome.kind,
    listener: hops[0]?.listener,
    virtualHost: http?.virtualHost,
    route: http?.route || http?.routeMatch,
    redirect: outcome.location,
    responseCode: outcome.status,
    certain: String(outcome.kind !== 'undecidable' && outcome.conditions.length === 0),
    conditions: codeList(outcome.conditions.map(({ reason }) => reason.code)),
    path: http?.upstream?.path,
    host: http?.upstream?.authority,
  }
  if (field === 'endpoint') return (hops.at(-1)?.endpoints ?? []).map(({ address }) => address)
  return [String(values[field] ?? 'none')]
}

/** Odds may be off by half a percent, for rounding. */
function clusterFailures(
  cluster: NonNullable<Expectation['cluster']>,
  alternatives: readonly Alternative[],
): CheckFailure[] {
  const odds = new Map<string, number>()
  for (const { hops, probability } of alternatives) {
    const name = hops.find(({ cluster: used }) => used !== undefined)?.cluster ?? 'none'
    odds.set(name, (odds.get(name) ?? 0) + probability)
  }
  const wanted = new Map<string, number>()
  for (const [name, share] of typeof cluster === 'string' ? [[cluster, 1] as const] : Object.entries(cluster)) {
    const found = odds.has(name) ? name : ([...odds.keys()].find((used) => isNamed(used, name)) ?? name)
    wanted.set(found, (wanted.get(found) ?? 0) + share)
  }
  const names = new Set([...odds.keys(), ...wanted.keys()])
  const holds = [...names].every((name) => Math.abs((odds.get(name) ?? 0) - (wanted.get(name) ?? 0)) <= 0.005)
  return holds ? [] : [{ field: 'cluster', expected: describe([...wanted]), actual: describe([...odds]) }]
}

function describe(odds: readonly (readonly [string, number])[]): string {
  const [only] = odds
  if (odds.length === 1 && only !== undefined && only[1] > 0.995) return only[0]
  return odds.map(([name, share]) => `${name} ${Math.round(share * 1000) / 10} %`).join(', ')
}
