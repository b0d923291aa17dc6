import { connect, type Socket } from 'node:net'
import { type FakeApiServer, startFakeApiServer, status, type Upgrade } from '../fetch/fake-api-server.ts'
import { type Outcome, runProgram } from '../run-program.ts'

type Answer = { readonly status: number; readonly body: string } | string | 'refused' | 'silent' | undefined

interface FakeMesh {
  readonly pods: readonly ReturnType<typeof meshPod>[]
  readonly services?: readonly ReturnType<typeof meshService>[]
  /** Items of other lists, by their path. */
  readonly lists?: ReadonlyMap<string, readonly object[]>
  /** What a port of a pod answers to a path; `refused` closes the port, `silent` never answers, undefined is a 404. */
  answer(pod: string, port: number, path: string): Answer
  /** Namespaces whose pods may not be listed; an empty name stands for listing all at once. */
  readonly hidden?: readonly string[]
  /** What else the API server has at a path; undefined where it is asked as without this. */
  object?(path: string): object | undefined
  /** Refuses a port-forward. */
  refuse?(path: string): { status: number; body: string } | undefined
  /** Port of this machine to which a pod's port leads instead. */
  passOn?(pod: string, port: number): number | undefined
}

export interface RunningMesh {
  readonly api: FakeApiServer
  run(...argv: string[]): Promise<Outcome>
  /** The most requests that were without an answer at a time, of those that are never answered. */
  maxSilent(): number
  close(): Promise<void>
}

/** A pod with an Istio sidecar, unless another container is named. */
export function meshPod(
  name: string,
  namespace: string,
  {
    labels = {},
    container = { name: 'istio-proxy', image: 'istio/proxyv2:1.31.0' },
    ip,
  }: {
    labels?: Record<string, string>
    container?: { name: string; image: string }
    ip?: string
  } = {},
) {
  return {
    metadata: { name, namespace, labels, annotations: {} },
    spec: { nodeName: 'node-1', containers: [{ args: ['proxy', 'sidecar'], ...container }] },
    status: { phase: 'Running', podIP: ip, conditions: [{ type: 'Ready', status: 'True' }] },
  }
}

/** A Service for pods with a label `app` of this value. */
export function meshService(
  name: string,
  namespace: string,
  app: string,
  address?: string,
  annotations: Record<string, string> = {},
) {
  return {
    metadata: { name, namespace, annotations },
    spec: { type: 'ClusterIP', clusterIP: '10.96.0.9', selector: { app }, ports: [{ port: 80, targetPort: 8080 }] },
    status: address === undefined ? {} : { loadBalancer: { ingress: [{ ip: address }] } },
  }
}

export function istiodPod(name: string, revision = 'default') {
  return meshPod(name, 'istio-system', {
    labels: { app: 'istiod', 'istio.io/rev': revision },
    container: { name: 'discovery', image: 'istio/pilot:1.31.0' },
  })
}

/** A cluster on loopback with these pods, whose ports answer through port-forwards. */
export async function startMesh(mesh: FakeMesh): Promise<RunningMesh> {
  const tunnels = new Map<Upgrade, Socket>()
  const silent = new Set<Upgrade>()
  let maxSilent = 0
  const api = await startFakeApiServer({
    get(path, query) {
      const own = mesh.object?.(path)
      if (own !== undefined) return own
      const [, namespace = '', name] = /^\/api\/v1\/(?:namespaces\/([^/]+)\/)?pods(?:\/([^/]+))?$/.exec(path) ?? []
      const items = mesh.lists?.get(path)
      if (items !== undefined) return { items }
      if (path.endsWith('/serviceaccounts/default/token')) return { status: { token: 'token-of-default' } }
      const [, place, service] = /^\/api\/v1\/namespaces\/([^/]+)\/services(?:\/([^/]+))?$/.exec(path) ?? []
      if (place !== undefined) {
        const own = (mesh.services ?? []).filter(({ metadata }) => metadata.namespace === place)
        return service === undefined ? { items: own } : own.find(({ metadata }) => metadata.name === service)
      }
      if (!path.includes('/pods')) return undefined
      if (name !== undefined) {
        return mesh.pods.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace)
      }
      if (mesh.hidden?.includes(namespace)) return status(403, 'Forbidden', `pods is forbidden in "${namespace}"`)
      return { items: mesh.pods.filter((pod) => isListed(pod, namespace, query)) }
    },
    ...(mesh.refuse === undefined ? {} : { refuse: mesh.refuse }),
    opened(upgrade) {
      const [pod, port] = placeOf(upgrade)
      const local = mesh.passOn?.(pod, port)
      if (local !== undefined) {
        const socket = connect(local, '127.0.0.1')
        socket.on('data', (data: Buffer) => void upgrade.send(0, data))
        socket.on('error', () => undefined)
        upgrade.socket.on('close', () => socket.destroy())
        tunnels.set(upgrade, socket)
      } else if (mesh.answer(pod, port, '') === 'refused') {
        upgrade.send(1, `error forwarding port ${port}: dial tcp4 127.0.0.1:${port}: connect: connection refused`)
      }
    },
    portForward(upgrade, data) {
      const tunnel = tunnels.get(upgrade)
      if (tunnel !== undefined) {
        tunnel.write(data)
        return
      }
      const [, path = ''] = /^(?:GET|POST) \/(\S*) HTTP/.exec(data.toString()) ?? []
      const found = mesh.answer(...placeOf(upgrade), path) ?? { status: 404, body: '404 page not found\n' }
      if (found === 'silent') {
        silent.add(upgrade)
        maxSilent = Math.max(maxSilent, silent.size)
        upgrade.socket.once('close', () => silent.delete(upgrade))
      }
      if (found === 'refused' || found === 'silent') return
      const { status, body } = typeof found === 'string' ? { status: 200, body: found } : found
      upgrade.send(0, `HTTP/1.1 ${status} X\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
    },
  })
  return {
    api,
    run: (...argv) =>
      runProgram([...argv, '--server', api.url, '--certificate-authority', api.caFile, '--token', 'secret']),
    maxSilent: () => maxSilent,
    close: () => api.close(),
  }
}

function placeOf({ url }: Upgrade): [pod: string, port: number] {
  return [url.pathname.split('/').at(-2) ?? '', Number(url.searchParams.get('ports'))]
}

/** Of label selectors, `a=b` and `a in (b,c)`; of field selectors, the address of a pod. */
function isListed({ metadata, status: own }: FakeMesh['pods'][number], namespace: string, query: URLSearchParams) {
  const [, key = '', values = ''] = /^(\S+?)(?:=| in \()([^)]*)/.exec(query.get('labelSelector') ?? '') ?? []
  const [, address] = /^status\.podIP=(.+)$/.exec(query.get('fieldSelector') ?? '') ?? []
  return (
    (address === undefined || own.podIP === address) &&
    (namespace === '' || metadata.namespace === namespace) &&
    (key === '' || values.split(',').includes(metadata.labels[key] ?? ''))
  )
}
