import { type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import { ApiError } from './api-error.ts'
import type { ObjectReader } from './object-reader.ts'
import { pathSegment } from './path-segment.ts'
import { forbidden } from './rbac.ts'

export interface ServiceName {
  readonly name: string
  readonly namespace: string
}

/** What a trace asks of a Service. */
export interface ServiceFacts {
  /** The cluster IP; undefined when it has none (headless, ExternalName). */
  readonly address: string | undefined
  /** Namespaces whose proxies Istio tells of it, by the annotation; undefined when it has none. */
  readonly exportTo: readonly string[] | undefined
}

/**
 * Undefined when there is no such Service.
 * @throws ApiError with the missing rule when reading Services is forbidden
 */
export async function serviceFacts(
  api: ObjectReader,
  { name, namespace }: ServiceName,
  signal?: AbortSignal,
): Promise<ServiceFacts | undefined> {
  const path = `/api/v1/namespaces/${pathSegment(namespace)}/services/${pathSegment(name)}`
  let service: JsonObject
  try {
    service = await forbidden(api.get(path, signal), { resource: 'services', verbs: ['get'], namespace })
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined
    throw error
  }
  const address = stringOf(objectOf(service.spec).clusterIP)
  const exportTo = stringOf(objectOf(objectOf(service.metadata).annotations)['networking.istio.io/exportTo'])
  return {
    address: address === undefined || address === '' || address === 'None' ? undefined : address,
    exportTo: exportTo?.split(',').map((namespace) => namespace.trim()),
  }
}
