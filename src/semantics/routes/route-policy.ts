import {
  isObject,
  type Json,
  type JsonObject,
  numberOf,
  objectOf,
  objectsOf,
  stringOf,
  stringsOf,
} from '../../envoy/json.ts'
import { withoutCredential } from '../../envoy/redaction/credentials.ts'
import { fractionOf } from '../../envoy/text/fractional-percent.ts'
import type { Runtime } from '../matching/runtime.ts'

/** What the route sets beside its destination. Durations as in the configuration. */
export interface RoutePolicy {
  readonly retry?: {
    readonly retryOn: string
    readonly attempts: number
    readonly perTryTimeout?: string
    readonly source: 'route' | 'virtualHost'
  }
  readonly mirrors?: readonly { readonly cluster: string; readonly probability: number }[]
  readonly hashOn?: readonly string[]
  readonly requestHeaders?: HeaderChanges
  readonly responseHeaders?: HeaderChanges
}

export interface HeaderChanges {
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

interface Scopes {
  readonly routeConfiguration: JsonObject
  readonly virtualHost: JsonObject
  readonly route: JsonObject
  /** The chosen entry of a weighted cluster. */
  readonly entry: JsonObject
}

/** Retries, mirrors and header changes in force for a route. A route's retry policy replaces the virtual host's whole. */
export function routePolicy(scopes: Scopes, runtime: Runtime): RoutePolicy {
  const action = objectOf(scopes.route.route)
  const mirrors = mirrorsOf(scopes, runtime)
  const hash = objectsOf(action.hash_policy).map(describeHash)
  const retry = retryOf(scopes)
  const requestHeaders = headerChanges(scopes, 'request')
  const responseHeaders = headerChanges(scopes, 'response')
  return {
    ...(retry === undefined ? {} : { retry }),
    ...(mirrors.length === 0 ? {} : { mirrors }),
    ...(hash.length === 0 ? {} : { hashOn: hash }),
    ...(requestHeaders === undefined ? {} : { requestHeaders }),
    ...(responseHeaders === undefined ? {} : { responseHeaders }),
  }
}

/** The retry policy in force: a route's own replaces the virtual host's whole. */
export function retryPolicyOf({ route, virtualHost }: Pick<Scopes, 'route' | 'virtualHost'>): JsonObject | undefined {
  const policy = objectOf(route.route).retry_policy ?? virtualHost.retry_policy
  return isObject(policy) ? policy : undefined
}

function retryOf(scopes: Scopes): RoutePolicy['retry'] {
  const policy = retryPolicyOf(scopes)
  if (policy === undefined) return undefined
  const perTryTimeout = stringOf(policy.per_try_timeout)
  return {
    retryOn: stringOf(policy.retry_on) ?? '',
    attempts: numberOf(policy.num_retries) ?? 1,
    ...(perTryTimeout === undefined ? {} : { perTryTimeout }),
    source: objectOf(scopes.route.route).retry_policy === undefined ? 'virtualHost' : 'route',
  }
}

/** The most specific level that has any mirrors wins. */
function mirrorsOf({ route, virtualHost, routeConfiguration }: Scopes, runtime: Runtime) {
  const action = objectOf(route.route)
  const levels: Json[][] = [action, virtualHost, routeConfiguration].map((level) => [
    ...objectsOf(level.request_mirror_policies),
    ...objectsOf(level.request_mirror_policy),
  ])
  const policies = levels.find((level) => level.length > 0) ?? []
  return policies.filter(isObject).map((policy) => {
    const fraction = isObject(policy.runtime_fraction) ? runtime.fraction(policy.runtime_fraction) : undefined
    const { numerator, denominator } = fraction ?? fractionOf({ numerator: 100 })
    return {
      cluster: stringOf(policy.cluster) || `header ${stringOf(policy.cluster_header) ?? ''}`,
      probability: Math.min(1, numerator / denominator),
    }
  })
}

function describeHash(policy: JsonObject): string {
  const name = (field: unknown, key: string): string => stringOf(objectOf(field)[key]) ?? ''
  if (isObject(policy.header)) return `header ${name(policy.header, 'header_name')}`
  if (isObject(policy.cookie)) return `cookie ${name(policy.cookie, 'name')}`
  if (isObject(policy.query_parameter)) return `query parameter ${name(policy.query_parameter, 'name')}`
  if (isObject(policy.filter_state)) return `filter state ${name(policy.filter_state, 'key')}`
  return 'source address'
}

function headerChanges(
  { route, virtualHost, routeConfiguration, entry }: Scopes,
  side: 'request' | 'response',
): HeaderChanges | undefined {
  const levels = [entry, route, virtualHost, routeConfiguration]
  const add = levels.flatMap((level) => objectsOf(level[`${side}_headers_to_add`]).map(describeAdded))
  const remove = levels.flatMap((level) => stringsOf(level[`${side}_headers_to_remove`]))
  return add.length + remove.length === 0 ? undefined : { add, remove }
}

function describeAdded(option: JsonObject): string {
  const { key, value } = objectOf(option.header)
  const name = stringOf(key) ?? ''
  return `${name}: ${withoutCredential(name, stringOf(value) ?? '')}`
}
