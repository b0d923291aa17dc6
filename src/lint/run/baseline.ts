import { isObject, type Json, scalarText } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import type { Finding } from './finding.ts'

/**
 * What is not among the findings of an earlier run. One is the same by its rule, resource and sentence, whatever proxies it is in.
 * @param baseline what `lint -o json` has written
 * @throws AppError when it is something else
 */
export function newSince(findings: readonly Finding[], baseline: Json, file: string): readonly Finding[] {
  if (!Array.isArray(baseline) || baseline.some((one) => !isObject(one) || one.rule === undefined))
    throw new AppError(`${file} is no list of findings`, { hint: 'Write it with: kubectl proxy-config lint … -o json' })
  const keyOf = (rule: Json | undefined, resource: Json | undefined, message: Json | undefined) =>
    JSON.stringify([rule, resource, message].map((part) => scalarText(part)))
  const known = new Set(baseline.map((one) => (isObject(one) ? keyOf(one.rule, one.resource, one.message) : '')))
  return findings.filter(({ rule, resource, message }) => !known.has(keyOf(rule, resource, message)))
}
