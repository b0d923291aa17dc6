import { type HttpResponse, httpOver } from '../../http-over.ts'
import { pageLimit } from '../../limits.ts'
import { logged } from '../../logged.ts'
import type { Connection } from '../api/connection.ts'
import type { EarlyForward } from './early-forward.ts'
import { portForward } from './port-forward.ts'

export interface PodHttpRequest {
  readonly port: number
  /** Without a leading slash. */
  readonly path: string
  readonly method?: 'GET' | 'POST' | undefined
  readonly signal?: AbortSignal | undefined
  /** A port-forward that may be open already. */
  readonly early?: EarlyForward | undefined
}

/** The next step when a port is not Envoy's admin port. */
export const wrongPort = "Is this Envoy's admin port? Name it with --proxy-admin-port."

/** Milliseconds without a byte before a pod is given up, when --request-timeout says nothing. istioctl's limit is the same. */
const idleLimit = 15_000

/**
 * One HTTP request to a port of a pod, through a port-forward of its own. Any HTTP status is an answer.
 * @throws AppError when there is none
 */
export async function podHttp(
  connection: Connection,
  pod: { readonly name: string; readonly namespace: string },
  { port, path, method, signal, early }: PodHttpRequest,
): Promise<HttpResponse> {
  const { requestTimeout, maxSize } = connection.access
  connection.progress?.doing(`asking pod ${pod.namespace}/${pod.name}`)
  const address = { name: pod.name, namespace: pod.namespace, port }
  const stream = await (early?.take(address) ?? portForward(connection, address, signal))
  const label = `port ${port} of pod "${pod.name}" in namespace "${pod.namespace}"`
  const request = httpOver(stream, {
    path,
    method,
    label,
    wrongPlace: wrongPort,
    idleLimit: requestTimeout ?? idleLimit,
    limit: requestTimeout,
    maxSize: pageLimit(path, maxSize),
    signal,
    progress: connection.progress,
  })
  const url = `http://${pod.name}.${pod.namespace}:${port}/${path}`
  return logged(connection.progress, { method: method ?? 'GET', url }, request)
}
