import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** Tracers that Envoy 1.40 does not have: it rejects whatever names one. */
const tracers: ReadonlySet<string> = new Set(['OpenCensusConfig', 'DynamicOtConfig', 'LightstepConfig'])

/** Envoy 1.40 rejects what this proxy has loaded. */
export const removedInNext: Rule = {
  id: 'removed-in-next',
  profile: 'core',
  severity: 'warning',
  title: 'Envoy 1.40 rejects what is loaded',
  detects:
    'Tracers of OpenCensus, OpenTracing plug-ins and LightStep (API v3), and the rate limit action `dynamic_metadata`, which Envoy 1.40 takes with a runtime override alone.',
  impact:
    "After the upgrade Envoy rejects the listener or route configuration, or does not start where it is in the bootstrap: `Using deprecated option`, `Didn't find a registered implementation`.",
  exceptions:
    'Only what a real Envoy 1.40.0 was seen to reject. Builds of vendors may have what the project removed. API v2, which has been gone since 1.18, is not reported field by field.',
  fix: 'Before the upgrade: OpenTelemetry or Zipkin in place of the tracer; the action `metadata` in place of `dynamic_metadata`.',
  sources: [
    'https://www.envoyproxy.io/docs/envoy/latest/version_history/version_history',
    'https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto#config-route-v3-ratelimit-action',
  ],
  check: {
    *proxy({ bootstrap }) {
      const tracer = removedTracer(objectOf(objectOf(bootstrap.tracing).http))
      if (tracer !== undefined)
        yield { message: tracer, at: { resource: 'bootstrap', path: 'tracing', reach: 'unknown' } }
    },
    *manager({ manager }) {
      const tracer = removedTracer(objectOf(objectOf(manager.tracing).provider))
      if (tracer !== undefined) yield { message: tracer }
    },
    *virtualHost({ virtualHost }) {
      if (hasRemovedAction(virtualHost)) yield { message: action }
    },
    *route({ action: routed }) {
      if (hasRemovedAction(routed)) yield { message: action }
    },
  },
}

const action = 'Envoy 1.40 rejects the rate limit action dynamic_metadata unless a runtime override allows it'

function removedTracer({ typed_config }: JsonObject): string | undefined {
  const [, message = ''] =
    /^type\.googleapis\.com\/envoy\.config\.trace\.v3\.(\w+)$/.exec(stringOf(objectOf(typed_config)['@type']) ?? '') ??
    []
  return tracers.has(message) ? `Envoy 1.40 has no tracer for ${message}` : undefined
}

function hasRemovedAction({ rate_limits }: JsonObject): boolean {
  return objectsOf(rate_limits).some(({ actions }) =>
    objectsOf(actions).some(({ dynamic_metadata }) => isObject(dynamic_metadata)),
  )
}
