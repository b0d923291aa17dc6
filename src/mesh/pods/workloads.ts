import { isObject, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'

/** A resource type that stands for pods. */
export interface Workload {
  /** As in `deployments.apps`. */
  readonly resource: string
  readonly names: readonly string[]
  /** API paths up to `/namespaces/…`, the preferred one first. */
  readonly roots: readonly string[]
  /**
   * The label selector of its pods.
   * @throws AppError in kubectl's words when it has none
   */
  selector(object: JsonObject): string
}

/** The types `kubectl logs TYPE/NAME` takes, and Gateway API gateways. */
const workloads: readonly Workload[] = [
  workload('deployments', ['deployment', 'deploy'], '/apis/apps/v1', bySelector),
  workload('statefulsets', ['statefulset', 'sts'], '/apis/apps/v1', bySelector),
  workload('daemonsets', ['daemonset', 'ds'], '/apis/apps/v1', bySelector),
  workload('replicasets', ['replicaset', 'rs'], '/apis/apps/v1', bySelector),
  workload('replicationcontrollers', ['replicationcontroller', 'rc'], '/api/v1', byMap),
  workload('jobs', ['job'], '/apis/batch/v1', bySelector),
  workload('services', ['service', 'svc'], '/api/v1', byMap),
  {
    resource: 'gateways',
    names: ['gateways', 'gateway', 'gtw'],
    roots: ['/apis/gateway.networking.k8s.io/v1', '/apis/gateway.networking.k8s.io/v1beta1'],
    selector: (object) => `gateway.networking.k8s.io/gateway-name=${nameOf(object)}`,
  },
]

/** The type a user wrote: plural, singular or short, with or without its version and group (`deployments.v1.apps`). */
export function findWorkload(type: string): Workload | undefined {
  const word = type.toLowerCase().split('.')[0] ?? ''
  return workloads.find(({ names }) => names.includes(word))
}

export function isPodType(type: string): boolean {
  return ['pod', 'pods', 'po'].includes(type.toLowerCase().split('.')[0] ?? '')
}

function workload(resource: string, names: string[], root: string, selector: Workload['selector']): Workload {
  return { resource, names: [resource, ...names], roots: [root], selector }
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements */
function bySelector(object: JsonObject): string {
  const selector = objectOf(objectOf(object.spec).selector)
  const terms = labels(selector.matchLabels)
  for (const expression of objectsOf(selector.matchExpressions)) {
    const key = stringOf(expression.key) ?? ''
    const values = stringsOf(expression.values).join(',')
    if (expression.operator === 'In') terms.push(`${key} in (${values})`)
    else if (expression.operator === 'NotIn') terms.push(`${key} notin (${values})`)
    else if (expression.operator === 'Exists') terms.push(key)
    else if (expression.operator === 'DoesNotExist') terms.push(`!${key}`)
  }
  return terms.join(',')
}

function byMap(object: JsonObject): string {
  const { selector } = objectOf(object.spec)
  if (!isObject(selector) || Object.keys(selector).length === 0) {
    throw new AppError(`invalid service '${nameOf(object)}': Service is defined without a selector`, {
      hint: 'Its endpoints are managed by hand; name the pod itself.',
    })
  }
  return labels(selector).join(',')
}

function labels(map: unknown): string[] {
  return Object.entries(objectOf(map)).map(([key, value]) => `${key}=${stringOf(value) ?? ''}`)
}

function nameOf(object: JsonObject): string {
  return stringOf(objectOf(object.metadata).name) ?? ''
}
