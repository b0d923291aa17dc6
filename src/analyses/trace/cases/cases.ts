import { isObject, type Json, listOf, objectOf } from '../../../envoy/json.ts'
import { UsageError } from '../../../errors.ts'
import type { RequestSpec } from '../../../walk/request/request-spec.ts'
import { type Expectation, readExpectation } from './case-expectation.ts'
import { readRequestSpec } from './case-request.ts'

/** A request with what it has to come to: a unit test of routing. */
export interface Case {
  readonly spec: RequestSpec
  readonly expect: Expectation
}

/** The cases of a file, not read yet, in this program's format or Envoy's. */
export interface CaseFile {
  readonly format: 'cases' | 'routerCheck'
  readonly items: readonly Json[]
}

/**
 * Finds the cases in a parsed requests file: `tests` with `request` and `expect`, a bare list of them, or Envoy's router check format
 * (`input` and `validate`). https://www.envoyproxy.io/docs/envoy/latest/configuration/operations/tools/router_check
 * @throws UsageError when there are none
 */
export function casesIn(document: Json): CaseFile {
  const items = listOf(Array.isArray(document) ? document : objectOf(document).tests)
  if (items.length === 0) {
    throw new UsageError('the requests file has no cases', {
      hint: "It is a list of {request, expect}, or Envoy's router check format.",
    })
  }
  const has = (field: string): boolean => items.some((item) => objectOf(item)[field] !== undefined)
  return { format: has('input') && !has('request') ? 'routerCheck' : 'cases', items }
}

/** One case: `{name, note, request: URL or its parts, expect}`. @throws UsageError that says what cannot be read */
export function readCase(item: Json): Case {
  if (!isObject(item)) throw new UsageError('a case is {request, expect}')
  const unknown = Object.keys(item).find((key) => !caseKeys.has(key))
  if (unknown !== undefined) throw new UsageError(`unknown field ${unknown}; a case is {request, expect}`)
  const { request } = item
  const expect = readExpectation(item.expect)
  if (typeof request === 'string') return { spec: { url: request }, expect }
  if (!isObject(request)) throw new UsageError('there is no request')
  return { spec: readRequestSpec(request), expect }
}

/** What a case may hold; `note` is for its reader. */
const caseKeys = new Set(['name', 'note', 'request', 'expect'])
