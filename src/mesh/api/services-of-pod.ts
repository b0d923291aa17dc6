import { type JsonObject, objectOf } from '../../envoy/json.ts'
import { itemsOf } from './list-pages.ts'
import type { ObjectReader } from './object-reader.ts'
import { pathSegment } from './path-segment.ts'
import { forbidden } from './rbac.ts'

/** What of a pod its Services go by. */
interface Selected {
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
}

/**
 * The Services whose selector picks the pod, as the API has them.
 * @throws ApiError with the missing rule when listing Services is forbidden
 */
export async function servicesOfPod(
  api: ObjectReader,
  { namespace, labels }: Selected,
  signal?: AbortSignal,
): Promise<readonly JsonObject[]> {
  const path = `/api/v1/namespaces/${pathSegment(namespace)}/services`
  const list = await forbidden(api.get(path, signal), { resource: 'services', verbs: ['list'], namespace })
  return itemsOf(list, 'services').filter((service) => selects(service, labels))
}

/** Whether a Service's selector picks a pod with these labels. Without a selector it picks none. */
function selects(service: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  const selector = Object.entries(objectOf(objectOf(service.spec).selector))
  return selector.length > 0 && selector.every(([key, value]) => labels[key] === value)
}
