import type { JsonObject } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import { absentHint, hintToList } from '../api/absent-hint.ts'
import { ApiError } from '../api/api-error.ts'
import { listPages } from '../api/list-pages.ts'
import type { ObjectReader } from '../api/object-reader.ts'
import { pathSegment } from '../api/path-segment.ts'
import { forbidden } from '../api/rbac.ts'
import { type Pod, readPod } from './pod.ts'
import type { NamedTarget } from './target.ts'
import { findWorkload, isPodType, type Workload } from './workloads.ts'

/** Pods by labels. An empty namespace means all namespaces. */
export interface PodQuery {
  readonly namespace: string
  readonly selector?: string | undefined
  readonly fieldSelector?: string | undefined
}

/** Lists pods, page by page. @throws AppError also for a list that does not end */
export function listPods(api: ObjectReader, query: PodQuery, signal?: AbortSignal): Promise<Pod[]> {
  const { namespace, selector, fieldSelector } = query
  const root = namespace === '' ? '/api/v1/pods' : `/api/v1/namespaces/${pathSegment(namespace)}/pods`
  const parameters = {
    ...(selector ? { labelSelector: selector } : {}),
    ...(fieldSelector ? { fieldSelector } : {}),
  }
  const permission = { resource: 'pods', verbs: ['list'], namespace }
  return listPages({
    page: (page) => forbidden(api.get(root + page, signal), permission),
    parameters,
    read: readPod,
    what: 'pods',
  })
}

/**
 * The pods a target stands for: one for a pod, all of them for a workload.
 * @throws AppError NotFound with near names, forbidden with the missing rule, or a type that has no pods
 */
export async function findPods(
  api: ObjectReader,
  target: NamedTarget,
  namespace: string,
  signal?: AbortSignal,
): Promise<Pod[]> {
  if (isPodType(target.type)) return [await getPod(api, target, namespace, signal)]
  const workload = findWorkload(target.type)
  if (workload === undefined) {
    throw new AppError(`the server doesn't have a resource type "${target.type}" that refers to pods`, {
      hint: 'Known types: pod, deployment, statefulset, daemonset, replicaset, replicationcontroller, job, service, gateway',
    })
  }
  const place = target.namespace ?? namespace
  const object = await getWorkload(api, workload, { name: target.name, namespace: place }, signal)
  const selector = workload.selector(object)
  const pods = await listPods(api, { namespace: place, selector }, signal)
  if (pods.length > 0) return pods
  const elsewhere = workload.resource === 'gateways' ? await envoyGatewayPods(api, target.name, place, signal) : []
  if (elsewhere.length > 0) return elsewhere
  throw new AppError(`no pods match "${target.type}/${target.name}" in namespace "${place}"`, {
    hint: hintToList(
      api,
      workload.resource === 'services'
        ? `It selects ${selector}: compare with kubectl get pods -n ${place} --show-labels.`
        : `kubectl get ${workload.resource} ${target.name} -n ${place} says how many it should have.`,
    ),
  })
}

async function getPod(api: ObjectReader, target: NamedTarget, namespace: string, signal?: AbortSignal): Promise<Pod> {
  const place = target.namespace ?? namespace
  try {
    const permission = { resource: 'pods', verbs: ['get'], namespace: place }
    const pod = readPod(await forbidden(api.get(podPath(place, target.name), signal), permission))
    if (pod.name === target.name) return pod
    throw new AppError(`the API server answered with another object when it was asked for pod "${target.name}"`, {
      code: 'unexpected-answer',
      hint: 'Does a proxy answer for the API server? kubectl config view --minify shows the address that is asked.',
    })
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error
    // `a.b` may also be a pod with a dot in its name.
    const dotted =
      target.dotted === undefined ? undefined : await optional(api.get(podPath(namespace, target.dotted), signal))
    if (dotted !== undefined) return readPod(dotted)
    const absent = { name: target.name, namespace: place, resource: 'pods', root: '/api/v1' }
    throw new ApiError(404, error.message, await absentHint(api, absent, signal))
  }
}

interface Named {
  readonly name: string
  readonly namespace: string
}

async function getWorkload(
  api: ObjectReader,
  workload: Workload,
  { name, namespace }: Named,
  signal?: AbortSignal,
): Promise<JsonObject> {
  let failure: ApiError | undefined
  for (const root of workload.roots) {
    const path = `${root}/namespaces/${pathSegment(namespace)}/${workload.resource}/${pathSegment(name)}`
    try {
      const group = root.startsWith('/apis/') ? (root.split('/')[2] ?? '') : ''
      return await forbidden(api.get(path, signal), { resource: workload.resource, verbs: ['get'], namespace, group })
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error
      failure ??= error
    }
  }
  const [root = ''] = workload.roots
  const absent = { name, namespace, resource: workload.resource, root }
  throw new ApiError(404, failure?.message ?? 'not found', await absentHint(api, absent, signal))
}

/** Envoy Gateway runs the proxies of all gateways in its own namespace. */
async function envoyGatewayPods(
  api: ObjectReader,
  name: string,
  namespace: string,
  signal?: AbortSignal,
): Promise<Pod[]> {
  const owner = 'gateway.envoyproxy.io/owning-gateway'
  const selector = `${owner}-name=${name},${owner}-namespace=${namespace}`
  return (await optional(listPods(api, { namespace: '', selector }, signal))) ?? []
}

function podPath(namespace: string, name: string): string {
  return `/api/v1/namespaces/${pathSegment(namespace)}/pods/${pathSegment(name)}`
}

/** An answer that helps but is not needed: undefined when the API refuses it. */
async function optional<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ApiError) return undefined
    throw error
  }
}
