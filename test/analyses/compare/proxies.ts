import {
  type ComparedProxy,
  type CompareOptions,
  compareProxies,
} from '../../../src/analyses/compare/compare-proxies.ts'
import { ownFacts } from '../../../src/analyses/compare/identity/own-facts.ts'
import { ownText } from '../../../src/analyses/compare/identity/own-text.ts'
import { comparableKinds } from '../../../src/analyses/compare/model/comparable-kinds.ts'
import type { Comparison } from '../../../src/analyses/compare/model/comparison.ts'
import type { Json } from '../../../src/envoy/json.ts'
import { dumpOf } from '../diff/dumps.ts'

export const allKinds: CompareOptions = { kinds: comparableKinds, only: [], identity: false, ignored: [] }

export async function proxyWith(json: Json, label = 'the dump'): Promise<ComparedProxy> {
  const dump = await dumpOf(json)
  const facts = ownFacts(dump, undefined)
  return { dump, label, facts, text: ownText(facts) }
}

export async function comparison(
  before: Json,
  after: Json,
  options: Partial<CompareOptions> = {},
): Promise<Comparison> {
  return compareProxies(await proxyWith(before, 'before'), await proxyWith(after, 'after'), { ...allKinds, ...options })
}

/** What differs, each as `KIND ~ NAME PATH`, `KIND - NAME`, `KIND + NAME` or `KIND ! NAME`. */
export function told({ kinds }: Comparison): string[] {
  return kinds.flatMap(({ kind, removed, added, changed, unused }) => [
    ...removed.map(({ name }) => `${kind} - ${name}`),
    ...added.map(({ name }) => `${kind} + ${name}`),
    ...changed.flatMap(({ name, changes }) => changes.map(({ path }) => `${kind} ~ ${name} ${path}`)),
    ...unused.map(({ name, side }) => `${kind} ! ${name} ${side}`),
  ])
}
