import { startFakeApiServer } from '../../fetch/fake-api-server.ts'
import { podObject } from '../../fetch/kube/pod-objects.ts'
import { smallDump } from '../../ztunnel/small-dump.ts'

export const stdin = JSON.stringify(smallDump)

/** A cluster of two nodes with a ztunnel each, and a workload on node-2. */
export async function cluster({ silent }: { silent?: string } = {}) {
  const answered: string[] = []
  const on = (node: string, pod: ReturnType<typeof podObject>) => ({ ...pod, spec: { ...pod.spec, nodeName: node } })
  const daemon = (name: string, node: string) => {
    const containers = [{ name: 'istio-proxy', image: 'docker.io/istio/ztunnel:1.29.0' }]
    const pod = on(node, podObject(name, { labels: { app: 'ztunnel' }, containers }))
    return { ...pod, metadata: { ...pod.metadata, namespace: 'istio-system' } }
  }
  const daemons = [daemon('ztunnel-aaaaa', 'node-1'), daemon('ztunnel-bbbbb', 'node-2')]
  const web = on('node-2', podObject('web-1', { containers: [{ name: 'app', image: 'app:1' }] }))
  const workload = { ...web, metadata: { ...web.metadata, namespace: 'shop' } }
  const objects: Record<string, object> = {
    '/apis/apps/v1/namespaces/istio-system/daemonsets/ztunnel': {
      metadata: { name: 'ztunnel' },
      spec: { selector: { matchLabels: { app: 'ztunnel' } } },
    },
    '/api/v1/namespaces/istio-system/pods': { items: daemons },
    '/api/v1/namespaces/istio-system/pods/ztunnel-aaaaa': daemons[0] ?? {},
    '/api/v1/namespaces/shop/pods/web-1': workload,
  }
  const server = await startFakeApiServer(
    {
      get: (path) => objects[path],
      portForward(upgrade, data) {
        const pod = /pods\/([^/]+)/.exec(upgrade.url.pathname)?.[1]
        const request = /^\w+ \S+/.exec(data.toString())?.[0]
        answered.push(`${pod} ${request}`)
        const body = request?.startsWith('POST /logging')
          ? `current log level is ${new URLSearchParams(request.split('?')[1]).get('level') ?? 'info'}\n`
          : stdin
        const status = pod === silent ? '500 Internal Server Error' : '200 OK'
        upgrade.send(0, `HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
      },
    },
    { plain: true },
  )
  return { server, answered }
}
