import { readDocument } from '../../envoy/input/read-document.ts'
import { AppError } from '../../errors.ts'
import { ApiError } from '../../mesh/api/api-error.ts'
import { firstLine, type Istiod, knowsNot, NotServedError } from '../../mesh/istiod.ts'
import type { Pod } from '../../mesh/pods/pod.ts'
import type { KubeCluster } from '../kube/kube-cluster.ts'

/**
 * A replica in a pod, asked where `/debug/` is served without credentials to whoever comes through a port-forward (the port for
 * metrics, else the old HTTP port), and over xDS where that is switched off.
 * https://github.com/istio/istio/blob/master/pilot/pkg/xds/debug.go
 */
export function podIstiod(cluster: KubeCluster, pod: Pod, overXds: Istiod): Istiod {
  const ports = new Set([monitoringPort(pod), 15014, 8080])
  const ways = [...[...ports].map((port) => httpIstiod(cluster, pod, port)), overXds]
  return { ...firstOf(pod.name, ways), packedDump: overXds.packedDump }
}

/** One way to ask a replica. */
type Way = Omit<Istiod, 'packedDump'>

function httpIstiod(cluster: KubeCluster, pod: Pod, port: number): Way {
  const { name } = pod
  async function debug(path: string, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    const { status, body } = await cluster.podHttp(pod, { port, path: `debug/${path}`, signal })
    if (status === 200) return body
    if (knowsNot(body)) return undefined
    const message = `port ${port} of ${name} answered HTTP status ${status} to /debug/${path.split('?')[0]}`
    throw status === 404 ? new NotServedError(message) : new AppError(`${message}: ${firstLine(body)}`)
  }
  return {
    name,
    debug,
    syncz: async (signal) => readDocument((await debug('syncz', signal)) ?? new Uint8Array(), `the answer of ${name}`),
  }
}

/** A replica that can be asked in several ways: the first way that gives an answer is used from then on. */
function firstOf(name: string, ways: readonly Way[]): Way {
  let chosen: Way | undefined
  async function ask<T>(question: (way: Way) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (chosen !== undefined) return question(chosen)
    const failures: unknown[] = []
    for (const way of ways) {
      try {
        const answer = await question(way)
        chosen = way
        return answer
      } catch (error) {
        signal?.throwIfAborted()
        failures.push(error)
        if (endsTheSearch(error)) break
      }
    }
    throw notServed(failures) ?? failures[0]
  }
  return {
    name,
    syncz: (signal) => ask((way) => way.syncz(signal), signal),
    debug: (path, signal) => ask((way) => way.debug(path, signal), signal),
  }
}

/** The replica answers, but not this question: the error of the last way says what is needed. */
function notServed(failures: readonly unknown[]): NotServedError | undefined {
  const last = failures.at(-1)
  if (!(last instanceof AppError) || !failures.some((error) => error instanceof NotServedError)) return undefined
  return new NotServedError(last.message, { hint: last.hintLines, cause: last })
}

/** Errors that another port of the same pod would give as well. */
function endsTheSearch(error: unknown): boolean {
  return !(error instanceof AppError) || error instanceof ApiError || error.code === 'timeout'
}

function monitoringPort({ annotations }: Pod): number {
  const port = Number(annotations['prometheus.io/port'])
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 15014
}
