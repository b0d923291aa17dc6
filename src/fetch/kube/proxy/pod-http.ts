import type { Duplex } from 'node:stream'
import { type HttpResponse, httpOver } from '../../http-over.ts'
import { pageLimit } from '../../limits.ts'
import { logged } from '../../logged.ts'
import type { Connection } from '../api/connection.ts'
import { type PodAddress, portForward } from './port-forward.ts'

export interface PodHttpRequest {
  /** Without a leading slash. */
  readonly path: string
  readonly method?: 'GET' | 'POST' | undefined
  readonly signal?: AbortSignal | undefined
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
  { port, ...request }: PodHttpRequest & { readonly port: number },
): Promise<HttpResponse> {
  const address = { name: pod.name, namespace: pod.namespace, port }
  return requestOver(connection, address, await portForward(connection, address, request.signal), request)
}

/**
 * One HTTP request over a port-forward that is open.
 * @param keep called with it where it can carry another request; without this it is ended
 * @throws AppError when there is no answer
 */
export async function requestOver(
  connection: Connection,
  { name, namespace, port }: PodAddress,
  stream: Duplex,
  { path, method, signal }: PodHttpRequest,
  keep?: (stream: Duplex) => void,
): Promise<HttpResponse> {
  const { requestTimeout, maxSize } = connection.access
  connection.progress?.doing(`asking pod ${namespace}/${name}`)
  const request = httpOver(stream, {
    path,
    method,
    label: `port ${port} of pod "${name}" in namespace "${namespace}"`,
    wrongPlace: wrongPort,
    idleLimit: requestTimeout ?? idleLimit,
    limit: requestTimeout,
    maxSize: pageLimit(path, maxSize),
    signal,
    progress: connection.progress,
    ...(keep === undefined ? {} : { keep }),
  })
  const url = `http://${name}.${namespace}:${port}/${path}`
  return logged(connection.progress, { method: method ?? 'GET', url }, request)
}
