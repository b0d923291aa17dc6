import { type JsonObject, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { fractionOf } from '../../../envoy/text/fractional-percent.ts'
import { plainConnection } from '../../../semantics/connection.ts'
import { type DecodedRequest, headersOf } from '../../../semantics/matching/http-headers.ts'
import type { Runtime } from '../../../semantics/matching/runtime.ts'

/** The client that the tool pretends to be. */
export const client = plainConnection({ address: '127.0.0.1', port: 80 }, { address: '127.0.0.1', port: 0 })

/** The request that a case's `input` describes. */
export function requestOf(input: JsonObject): DecodedRequest {
  const secure = input.ssl === true
  const scheme = secure ? 'https' : 'http'
  const internal = input.internal === true
  const more = objectsOf(input.additional_request_headers).map(
    ({ key, value }) => [stringOf(key) ?? '', stringOf(value) ?? ''] as const,
  )
  const method = stringOf(input.method) ?? 'GET'
  const path = stringOf(input.path) ?? ''
  const authority = stringOf(input.authority) ?? ''
  const headers = headersOf(more, {
    ':method': method,
    ':path': path,
    ':authority': authority,
    ':scheme': scheme,
    'x-forwarded-proto': scheme,
    ...(internal ? { 'x-envoy-internal': 'true' } : {}),
  })
  return { method, path, authority, scheme, forwardedProto: scheme, internal, client: client.remote, headers }
}

/** Only the named fraction counts; a default of 0 is raised to 1 for it. */
export function runtimeNamed(key: string | undefined): Runtime {
  return {
    value: () => undefined,
    fraction: (percent) => {
      const { numerator, denominator } = fractionOf(objectOf(percent.default_value))
      return { numerator: percent.runtime_key === key ? Math.max(1, numerator) : 0, denominator }
    },
  }
}

/** Later entries of a namespace only count with allow_overwrite. */
export function metadataOf(input: JsonObject): JsonObject {
  const metadata: JsonObject = {}
  for (const { metadata_namespace: name, value, allow_overwrite: overwrite } of objectsOf(input.dynamic_metadata)) {
    const namespace = stringOf(name) ?? ''
    if (metadata[namespace] === undefined || overwrite === true)
      metadata[namespace] = { ...objectOf(metadata[namespace]), ...objectOf(value) }
  }
  return metadata
}

/** The interval that a random value falls into. */
export function intervalOf(random: number, modulus: number, bounds: readonly number[]): number {
  return bounds.findIndex((bound) => random % modulus < bound)
}
