import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { writeCapture } from '../../scripts/bench/made-capture.ts'

const fixtures = join(import.meta.dirname, '../fixtures')

/** Pods of Bookinfo's mesh, and the fixture that each has loaded. */
const pods = [
  {
    name: 'productpage-v1-54bb874995-hx4q7',
    namespace: 'default',
    fixture: 'sidecar',
    node: 'node-1',
    version: '1.40.0',
  },
  {
    name: 'productpage-v1-54bb874995-tz9mc',
    namespace: 'default',
    fixture: 'sidecar-1.38.3',
    node: 'node-2',
    version: '1.38.3',
  },
  { name: 'waypoint-6d7d6f5c9b-r5v2d', namespace: 'default', fixture: 'internal', node: 'node-2', version: '1.40.0' },
  {
    name: 'istio-ingressgateway-6c9d8b7f5-tq8wm',
    namespace: 'istio-system',
    fixture: 'warming',
    node: 'node-1',
    version: '1.40.0',
  },
  { name: 'public-istio-5d7c8f4b9-2xkzq', namespace: 'shop', fixture: 'gateway', node: 'node-3', version: '1.40.0' },
  { name: 'orders-7c5ddbdf54-9wq2k', namespace: 'shop', fixture: 'rejected', node: 'node-3', version: '1.40.0' },
] as const

/** A proxy of it whose requests are worth tracing. */
export const productpage = 'productpage-v1-54bb874995-hx4q7.default'

/** Another replica of it, with another version of Envoy. */
export const productpageReplica = 'productpage-v1-54bb874995-tz9mc.default'

/** Writes a capture of six proxies, with what real Envoys print. */
export async function writeBookinfoCapture(path: string): Promise<void> {
  await writeCapture(
    path,
    pods.map(({ name, namespace, fixture, node, version }) => {
      const files = globSync(
        join(fixtures, fixture, '{config_dump,clusters,certs,listeners,init_dump,server_info,stats}.json'),
      )
      const pages = new Map(files.toSorted().map((file) => [basename(file), readFileSync(file)] as const))
      const app = name.replace(/-[^-]+-[^-]+$/, '')
      return {
        name,
        namespace,
        version,
        pages,
        pod: {
          metadata: {
            labels: { app },
            ownerReferences: [
              { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: name.replace(/-[^-]+$/, ''), controller: true },
            ],
          },
          spec: {
            nodeName: node,
            serviceAccountName: app,
            containers: [{ name: 'istio-proxy', image: `docker.io/istio/proxyv2:1.31.0`, args: ['proxy', 'sidecar'] }],
          },
          status: {
            phase: 'Running',
            containerStatuses: [
              { name: 'istio-proxy', ready: true, restartCount: 0, image: 'x', state: { running: {} } },
            ],
          },
        },
      }
    }),
  )
}
