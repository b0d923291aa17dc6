import { isObject, type JsonObject, objectOf } from '../../../envoy/json.ts'
import { unwrap } from '../../../envoy/model/typed-config.ts'
import { fractionOf } from '../../../envoy/text/fractional-percent.ts'
import type { Found, Rule } from '../../rule.ts'

/** A test of faults that is still on. */
export const faultInjectionLeftOn: Rule = {
  id: 'fault-injection-left-on',
  profile: 'core',
  severity: 'warning',
  title: 'Faults are injected',
  detects: 'The fault filter with a delay or an abort of more than 0 %, for all routes or for one.',
  impact: 'Requests wait or fail with the flags `DI` and `FI`, though no server does.',
  exceptions: 'A test that is under way.',
  fix: 'Take the fault out of the route or policy.',
  topic: 'fault',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/fault_filter'],
  check: {
    *manager({ filters }) {
      for (const { message, config, isDisabled } of filters)
        if (message === 'HTTPFault' && !isDisabled) yield* faults(config)
    },
    *virtualHost({ virtualHost }) {
      yield* ofRoute(virtualHost)
    },
    *route({ route }) {
      yield* ofRoute(route)
    },
  },
}

function* ofRoute(level: JsonObject): Generator<Found> {
  for (const any of Object.values(objectOf(level.typed_per_filter_config))) {
    const { message, config } = unwrap(objectOf(any))
    if (message === 'HTTPFault') yield* faults(config)
  }
}

function* faults(config: JsonObject): Generator<Found> {
  for (const [kind, word] of [
    ['abort', 'fail'],
    ['delay', 'are held up'],
  ] as const) {
    const fault = config[kind]
    if (!isObject(fault)) continue
    const { numerator, denominator } = fractionOf(objectOf(fault.percentage))
    if (numerator > 0) yield { message: `${(numerator * 100) / denominator} % of requests ${word} by fault injection` }
  }
}
