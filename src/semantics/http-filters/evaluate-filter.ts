import { extensionName, type TypedConfig } from '../../envoy/model/typed-config.ts'
import {
  continueWith,
  type FilterResult,
  type FilterVerdict,
  respond,
  undecided,
  verdictOf,
} from '../filters/filter-result.ts'
import { type FilterInput, type HttpFilterType, stateOf } from '../filters/http-filter-type.ts'
import { withOpenMetadata } from '../filters/request-state.ts'
import { because } from '../reasons/reason.ts'
import { type HttpFilter, notDelivered, notInDump } from './filters-of-route.ts'
import { httpFilterType } from './index.ts'

export interface EvaluatedFilter {
  readonly verdict: FilterVerdict
  readonly result: FilterResult
}

type Request = Pick<FilterInput, 'context' | 'levels' | 'cluster' | 'clusterType' | 'node' | 'token' | 'now'>

/** What one HTTP filter does to the request: passes, changes it, answers, or depends on what is not in the dump. */
export function evaluateFilter({ name, filter, overrides, disabled }: HttpFilter, request: Request): EvaluatedFilter {
  const labels = { name, type: filter.type || filter.message }
  // Every per-route message that can switch its filter off does it by a field of this name.
  if (disabled || overrides[0]?.config.disabled === true) {
    const authorizes = httpFilterType(filter)?.authorizes === true
    const reason = because('filter-disabled', {})
    return { verdict: { ...labels, authorizes, verdict: 'disabled', reason }, result: continueWith() }
  }
  const result = resultOf(filter, { ...request, overrides, name })
  const authorizes = result.authorizes ?? httpFilterType(filter)?.authorizes === true
  return { verdict: verdictOf({ ...labels, authorizes }, result), result }
}

function resultOf(
  filter: TypedConfig,
  { name, overrides, ...request }: Request & Pick<HttpFilter, 'name' | 'overrides'>,
): FilterResult {
  if (filter === notInDump) return undecided(because('ecds-missing', {}))
  // https://www.envoyproxy.io/docs/envoy/latest/configuration/overview/extension
  if (filter === notDelivered) {
    const reason = because('ecds-not-delivered', {})
    return respond({ kind: 'denied', status: 500, flags: 'NFCF', details: 'filter_config_not_found', reason })
  }
  const type = httpFilterType(filter) ?? unknownFilter(extensionName(filter) || name)
  const innerOverrides = overrides.filter(({ message }) => message !== 'ExtensionWithMatcherPerRoute')
  const input: FilterInput = {
    ...request,
    config: filter.config,
    overrides: overrides.map(({ config }) => config),
    run: (inner, state) => ({
      ...resultOf(inner, { ...request, name, overrides: innerOverrides, context: { ...request.context, ...state } }),
      authorizes: httpFilterType(inner)?.authorizes === true,
    }),
  }
  const result = type.evaluate(input)
  if (type.opensMetadata === undefined || result.verdict !== 'undecided') return result
  return { ...result, state: withOpenMetadata(result.state ?? stateOf(input), type.opensMetadata) }
}

function unknownFilter(type: string): Pick<HttpFilterType, 'evaluate' | 'opensMetadata'> {
  return { opensMetadata: 'any', evaluate: () => undecided(because('filter-unknown', { type })) }
}
