import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { growDump } from './grow-dump.ts'
import { writeCapture } from './made-capture.ts'

/** Namespaces that the proxies are in. */
const namespaces = 20

/** Pages of the fixture that lie beside the dump of each proxy. */
const pages = ['certs', 'clusters', 'init_dump', 'listeners', 'server_info', 'stats'] as const

interface Grown {
  readonly fixture: string
  readonly proxies: number
  /** Bytes of each dump. */
  readonly dumpSize: number
}

/**
 * Writes a capture of as many proxies, each with a dump of its own size, grown from a captured sidecar, and the pages beside it. Nine
 * of ten dumps are alike, as in a mesh; the others lack the last copies of everything.
 */
export async function growCapture(path: string, { fixture, proxies, dumpSize }: Grown): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-config-grown-'))
  try {
    const [common, odd] = [dumpSize, dumpSize * 0.95].map((size, index) => {
      const file = join(folder, `dump-${index}.json`)
      growDump(join(fixture, 'config_dump.json'), file, size)
      return readFileSync(file)
    })
    if (common === undefined || odd === undefined) throw new Error('no dump was grown')
    const beside = [
      ...pages.map((page) => [`${page}.json`, readFileSync(join(fixture, `${page}.json`))] as const),
      ...['runtime.json', 'memory.json'].map((file) => [file, Buffer.from('{}\n')] as const),
    ]
    const grown = Array.from({ length: proxies }, (_, index) => {
      const place = placeOf(index)
      const dump = index % 10 === 9 ? odd : common
      return {
        ...place,
        pod: podOf(place, index),
        version: '1.36.2',
        pages: new Map([['config_dump.json', dump], ...beside]),
      }
    })
    await writeCapture(path, grown)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The place of a proxy of such a capture by its number. */
function placeOf(index: number) {
  const app = `app-${Math.floor(index / 5)}`
  const hash = (index * 2654435761 + 40503) % 2 ** 32
  return {
    name: `${app}-${hash.toString(36).padStart(9, '0').slice(-9)}-${(hash * 31).toString(36).slice(-5)}`,
    namespace: `team-${index % namespaces}`,
  }
}

/** Volumes of a pod with a sidecar of Istio. */
const volumes = ['workload-socket', 'credential-socket', 'workload-certs', 'istio-envoy', 'istio-data', 'istio-podinfo']

function podOf(place: { readonly name: string; readonly namespace: string }, index: number) {
  const app = `app-${Math.floor(index / 5)}`
  return {
    metadata: {
      ...place,
      creationTimestamp: '2025-12-31T00:00:00Z',
      labels: { app, version: 'v1', 'security.istio.io/tlsMode': 'istio', 'service.istio.io/canonical-name': app },
      annotations: {
        'sidecar.istio.io/status':
          '{"initContainers":["istio-init"],"containers":["istio-proxy"],"revision":"default"}',
      },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${app}-6b7f5c`, controller: true }],
    },
    spec: {
      nodeName: `node-${index % 50}`,
      serviceAccountName: app,
      volumes: volumes.map((name) => ({ name, emptyDir: {} })),
      initContainers: [
        {
          name: 'istio-init',
          image: 'docker.io/istio/proxyv2:1.31.0',
          args: ['istio-iptables', '-p', '15001', '-z', '15006', '-u', '1337'],
        },
      ],
      containers: [
        {
          name: app,
          image: `registry.example/${app}:1.2.3`,
          ports: [{ name: 'http', containerPort: 8080 }],
          env: ['A', 'B', 'C'].map((name) => ({ name })),
        },
        {
          name: 'istio-proxy',
          image: 'docker.io/istio/proxyv2:1.31.0',
          args: ['proxy', 'sidecar', '--domain', '$(POD_NAMESPACE).svc.cluster.local', '--proxyLogLevel=warning'],
          ports: [{ name: 'http-envoy-prom', containerPort: 15090 }],
          env: [
            'PILOT_CERT_PROVIDER',
            'CA_ADDR',
            'POD_NAME',
            'POD_NAMESPACE',
            'INSTANCE_IP',
            'SERVICE_ACCOUNT',
            'HOST_IP',
            'PROXY_CONFIG',
          ].map((name) => ({ name })),
          volumeMounts: volumes.map((name) => ({ name, mountPath: `/var/run/${name}` })),
        },
      ],
    },
    status: {
      phase: 'Running',
      podIP: `10.${Math.floor(index / 65536)}.${Math.floor(index / 256) % 256}.${index % 256}`,
      conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
        type,
        status: 'True',
        lastTransitionTime: '2025-12-31T00:00:05Z',
      })),
      containerStatuses: [app, 'istio-proxy'].map((name) => ({
        name,
        ready: true,
        restartCount: 0,
        image: 'x',
        state: { running: { startedAt: '2025-12-31T00:00:03Z' } },
      })),
    },
  }
}

/** A proxy in the midst of a capture of 1,000, as a target. */
export const podOfCapture = `${placeOf(500).name}.${placeOf(500).namespace}`
