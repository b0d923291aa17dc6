import { AppError } from '../../../errors.ts'
import { ApiError } from '../../../mesh/api/api-error.ts'
import { missingRule } from '../../../mesh/api/rbac.ts'
import { type AdminPort, adminPort } from '../../../mesh/pods/admin-port.ts'
import type { Pod } from '../../../mesh/pods/pod.ts'
import type { MeshProxy, ProxyOptions } from '../../../mesh/proxy.ts'
import { liveProxy } from '../../live-proxy.ts'
import type { Connection } from '../api/connection.ts'
import type { EarlyForward } from './early-forward.ts'
import { execHttp } from './exec-http.ts'
import { wrongPort } from './pod-http.ts'
import { podTunnel } from './pod-tunnel.ts'

export interface PodProxyOptions extends ProxyOptions {
  note(line: string): void
  readonly early?: EarlyForward | undefined
}

interface Answer {
  readonly status: number
  readonly body: Uint8Array
}

/** Milliseconds for one exec'd command when --request-timeout says nothing. */
const execLimit = 60_000

/** The admin interface of one pod's Envoy. */
export function podProxy(connection: Connection, pod: Pod, options: PodProxyOptions): MeshProxy {
  const admin = adminPort(pod, options.portOf?.(pod) ?? options.adminPort, options.container)
  const tunnel = podTunnel(connection, { name: pod.name, namespace: pod.namespace, port: admin.port }, options.early)
  let byExec = options.via === 'exec'
  let tool: string | undefined

  async function exec(path: string, method: 'GET' | 'POST', signal?: AbortSignal): Promise<Answer> {
    const target = { name: pod.name, namespace: pod.namespace, container: admin.container?.name }
    const limit = connection.access.requestTimeout ?? execLimit
    const answer = await execHttp({
      connection,
      target,
      request: { port: admin.port, path, method },
      tool,
      limit,
      signal,
    })
    tool = answer.tool
    return answer
  }

  async function send(path: string, method: 'GET' | 'POST', signal?: AbortSignal): Promise<Answer> {
    if (byExec) return exec(path, method, signal)
    try {
      return await tunnel.request({ path, method, signal })
    } catch (error) {
      if (options.via === 'port-forward' || !(error instanceof ApiError) || error.status !== 403) {
        throw admin.container === undefined ? noProxy(error, pod, admin.port) : error
      }
      const answer = await instead(error, exec(path, method, signal), pod)
      byExec = true
      options.note(`port-forward is forbidden; pod "${pod.name}" is read through exec (${tool})`)
      return answer
    }
  }

  return liveProxy({
    id: { name: `${pod.name}.${pod.namespace}`, pod },
    label: `pod ${pod.namespace}/${pod.name}`,
    place: `port ${admin.port} of pod "${pod.name}" in namespace "${pod.namespace}"`,
    wrongPlace: admin.wholeAdminAt === undefined ? wrongPort : readOnly(admin, admin.wholeAdminAt),
    note: options.note,
    send,
    release: tunnel.release,
  })
}

/** The next step where a control plane only lets the port read. */
function readOnly({ port, from, container }: AdminPort, socket: string): string {
  return `Port ${port} of ${from} only has pages that read; the whole admin interface is the Unix socket ${socket} in container ${container?.name}: kubectl exec, curl --unix-socket.`
}

/** The answer by exec; when that is forbidden as well, the port-forward's error with both rules. */
async function instead(refused: ApiError, answer: Promise<Answer>, { namespace }: Pod): Promise<Answer> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error
    const rule = missingRule([{ resource: 'pods/portforward', verbs: ['get', 'create'], namespace }])
    throw new ApiError(403, refused.message, [...rule, '(or the same for "pods/exec", which is forbidden as well)'])
  }
}

/** A refused port of a pod in which nothing looks like Envoy: that is the likelier reason. */
function noProxy(error: unknown, pod: Pod, port: number): unknown {
  if (!(error instanceof AppError) || error instanceof ApiError) return error
  const names = pod.containers.map(({ name }) => name).join(', ')
  return new AppError(
    `pod "${pod.name}" in namespace "${pod.namespace}" has no proxy container that is known, and port ${port} gave no answer`,
    {
      cause: error,
      hint: `Its containers: ${names}. If one of them runs Envoy, name its admin port with --proxy-admin-port.`,
    },
  )
}
