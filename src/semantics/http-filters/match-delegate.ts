import { isObject, type JsonObject, objectOf, objectsOf } from '../../envoy/json.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import { presentedCertificate } from '../connection/downstream-tls.ts'
import { continueWith, type FilterResult, undecided } from '../filters/filter-result.ts'
import { isOn } from '../filters/filter-switch.ts'
import { type FilterInput, type HttpFilterType, stateOf } from '../filters/http-filter-type.ts'
import { inputsFrom } from '../matching/matcher-inputs.ts'
import { evaluateMatcher, type MatcherInput } from '../matching/matcher-tree.ts'
import { because } from '../reasons/reason.ts'

/**
 * A filter under a matcher: the matcher skips it (`SkipFilter`), or for the Composite filter says which filters run in its place
 * (`ExecuteFilterAction`). A route can bring another matcher.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/composite_filter
 */
export const matchDelegate: HttpFilterType = {
  types: [
    'envoy.extensions.common.matching.v3.ExtensionWithMatcher',
    'envoy.extensions.filters.http.match_delegate.v3.ExtensionWithMatcher',
  ],
  names: ['envoy.filters.http.match_delegate'],
  evaluate(input) {
    const { config, overrides } = input
    const matcher = overrides[0]?.xds_matcher ?? config.xds_matcher ?? config.matcher
    // Without a matcher Envoy leaves the filter out.
    if (!isObject(matcher)) return continueWith({ reason: because('filter-skipped', {}) })
    const found = evaluateMatcher(matcher, inputsAtRequest(input))
    if ('undecided' in found) return undecided(because('filter-chosen-per-request', {}))
    const action = found.action === undefined ? undefined : typedConfig(found.action)
    if (action?.message === 'SkipFilter') return continueWith({ reason: because('filter-skipped', {}) })
    const inner = typedConfig(objectOf(config.extension_config))
    if (inner.message !== 'Composite') return input.run(inner, stateOf(input))
    if (action?.message !== 'ExecuteFilterAction') return continueWith({ reason: because('no-filter-chosen', {}) })
    return execute(action.config, input)
  },
}

/** What is matched before the response: it has no headers yet, and an input on them matches nothing. */
function inputsAtRequest({ context }: FilterInput): MatcherInput {
  const { connection, downstreamTls, request } = context
  const { presented } = presentedCertificate(connection, downstreamTls)
  const inputs = inputsFrom({ connection, certificate: presented ? connection.tls?.certificate : undefined, request })
  return (input) => (responseInputs.has(input.message) ? undefined : inputs(input))
}

const responseInputs: ReadonlySet<string> = new Set([
  'HttpResponseHeaderMatchInput',
  'HttpResponseTrailerMatchInput',
  'HttpRequestTrailerMatchInput',
])

function execute(action: JsonObject, input: FilterInput): FilterResult {
  if (!isOn(action.sample_percent, input.context)) {
    return continueWith({ reason: because('filter-switched-off', { field: 'sample_percent' }) })
  }
  if (isObject(action.dynamic_config)) return undecided(because('filter-chosen-per-request', {}))
  const chain = objectsOf(objectOf(action.filter_chain).typed_config)
  return inSequence(chain.length > 0 ? chain : objectsOf(action.typed_config), input)
}

/** The filters one after the other, until one answers. What is undecided stays so. */
function inSequence(filters: readonly JsonObject[], input: FilterInput): FilterResult {
  let result: FilterResult = continueWith()
  for (const filter of filters) {
    result = inTurn(result, input.run(typedConfig(filter), result.state ?? stateOf(input)))
    if (result.answer !== undefined) return result
  }
  return result
}

function inTurn(before: FilterResult, next: FilterResult): FilterResult {
  const effects = {
    answer: next.answer,
    policy: next.policy,
    state: next.state ?? before.state,
    routesAgain: before.routesAgain === true || next.routesAgain === true,
    delays: before.delays === true || next.delays === true,
    authorizes: before.authorizes === true || next.authorizes === true,
  }
  const decisive = next.verdict === 'passes' && before.verdict === 'undecided' ? before : next
  if (decisive.verdict === 'undecided') return { ...effects, verdict: 'undecided', reason: decisive.reason }
  return { ...effects, verdict: decisive.verdict, reason: next.reason ?? before.reason }
}

/** The Composite filter by itself: nothing chooses a filter for it. */
export const composite: HttpFilterType = {
  types: ['envoy.extensions.filters.http.composite.v3.Composite'],
  names: ['envoy.filters.http.composite'],
  evaluate: () => continueWith(),
}
