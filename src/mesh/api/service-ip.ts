import { type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import { ApiError } from './api-error.ts'
import type { ObjectReader } from './object-reader.ts'
import { pathSegment } from './path-segment.ts'
import { forbidden } from './rbac.ts'

export interface ServiceName {
  readonly name: string
  readonly namespace: string
}

/**
 * The cluster IP of a Service; undefined when there is no such Service, or it has none (headless, ExternalName).
 * @throws ApiError with the missing rule when reading Services is forbidden
 */
export async function serviceIp(
  api: ObjectReader,
  { name, namespace }: ServiceName,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const path = `/api/v1/namespaces/${pathSegment(namespace)}/services/${pathSegment(name)}`
  let service: JsonObject
  try {
    service = await forbidden(api.get(path, signal), { resource: 'services', verbs: ['get'], namespace })
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined
    throw error
  }
  const address = stringOf(objectOf(service.spec).clusterIP)
  return address === undefined || address === '' || address === 'None' ? undefined : address
}
