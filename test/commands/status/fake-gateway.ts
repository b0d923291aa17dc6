import { dirname, join } from 'node:path'
import { certificate } from '../../fetch/fake-api-server.ts'
import { type FakeAdsServer, type Snapshot, startFakeAdsServer } from '../../fetch/xds/fake-ads-server.ts'
import type { shop } from '../../fetch/xds/snapshots.ts'
import { istiodPod, meshPod, type RunningMesh, startMesh } from '../fake-mesh.ts'

interface Gateway {
  /** What the control plane would send to proxies of the cluster `shop/edge`. */
  readonly sent?: Snapshot | undefined
  /** Why its control plane refuses every call. */
  readonly refusal?: string
  readonly refusalCode?: number
  /** The only token that its control plane takes. */
  readonly token?: string
  /** Whether its proxies are known by a token of their service account, as in gateway-namespace mode. */
  readonly isByToken?: boolean
  /** What the proxy has. */
  readonly used: typeof shop
  /** The sections of its dump in place of those of `used`, and what is added to its node. */
  readonly sections?: readonly object[]
  readonly node?: object
  /** Labels of the proxy's pod: none for an Envoy of nobody that is known. */
  readonly labels?: Record<string, string>
  /** Paths in its bootstrap; its pod has the Secret `envoy` at `/certs`. */
  readonly certificateFiles?: { readonly ca: string | undefined; readonly certificate: string }
  /** Whether the bootstrap names these by files of secrets, which the pod has in the ConfigMap `sds` at `/sds`. */
  readonly isBySecretFile?: boolean
  /** What the proxy sends with its calls. */
  readonly initialMetadata?: readonly { readonly key: string; readonly value: string }[]
  /** Whether its control plane wants to see a certificate. */
  readonly isMutual?: boolean
  /** Whether its control plane has a pod that runs. */
  readonly runs?: boolean
  /** Whether nothing listens in it. */
  readonly isDead?: boolean
  readonly secret?: object | undefined
  readonly stats?: Record<string, number>
  /** What an istiod beside it answers to debug/syncz; without it there is none. */
  readonly syncz?: readonly object[]
}

export interface RunningGateway {
  readonly mesh: RunningMesh
  readonly ads: FakeAdsServer
  /** The control plane's certificate, which is also the one that it trusts, and its key. */
  readonly certificateFile: string
  readonly keyFile: string
  close(): Promise<void>
}

export const envoyGatewayLabels = {
  'app.kubernetes.io/managed-by': 'envoy-gateway',
  'gateway.envoyproxy.io/owning-gateway-name': 'edge',
}

/** A gateway `edge-1` of namespace `gateways` and its control plane, which asks for certificates, in a cluster on loopback. */
export async function startGateway(gateway: Gateway): Promise<RunningGateway> {
  const { sent, labels = envoyGatewayLabels, runs = true, stats = { 'control_plane.connected_state': 1 } } = gateway
  const tls = certificate()
  const ads = await startFakeAdsServer({
    refusal: gateway.refusal,
    refusalCode: gateway.refusalCode,
    token: gateway.token,
    snapshot: ({ cluster }) => (cluster === 'shop/edge' ? sent : undefined),
    tls: { key: tls.key, cert: tls.cert, ...(gateway.isMutual === false ? {} : { ca: tls.cert }) },
  })
  const data = {
    'ca.crt': tls.cert.toString('base64'),
    'tls.crt': tls.cert.toString('base64'),
    'tls.key': tls.key.toString('base64'),
  }
  const objects = new Map<string, object | undefined>([
    ['/api/v1/namespaces/gateways/secrets/envoy', 'secret' in gateway ? gateway.secret : { data }],
    ['/api/v1/namespaces/gateways/services/controller', service],
    ['/api/v1/namespaces/gateways/configmaps/edge-1', { data: { 'ca.crt': tls.cert.toString('utf8') } }],
    ['/api/v1/namespaces/gateways/configmaps/sds', { data: { 'own.yaml': secretFile(gateway) } }],
    ['/api/v1/namespaces/gateways/serviceaccounts/edge-sa/token', { status: { token: 'token-of-the-pod' } }],
  ])
  const proxy = meshPod('edge-1', 'gateways', { labels, container: { name: 'envoy', image: 'envoyproxy/envoy:v1.38' } })
  const controller = meshPod('controller-1', 'gateways', {
    labels: { app: 'controller' },
    container: { name: 'controller', image: 'x' },
  })
  const mesh = await startMesh({
    pods: [
      gateway.isByToken ? withToken(proxy) : withCertificates(proxy),
      ...(runs ? [controller] : []),
      ...(gateway.syncz ? [istiodPod('istiod-a')] : []),
    ],
    object: (path) => objects.get(path),
    answer(pod, port, path) {
      if (pod === 'istiod-a') return path === 'debug/syncz' ? JSON.stringify(gateway.syncz) : undefined
      return pod === 'edge-1' && (port === 19_000 || port === 15_000) ? page(path, gateway, stats) : 'refused'
    },
    passOn: (pod, port) => (pod === 'controller-1' && port === 8443 && !gateway.isDead ? ads.port : undefined),
  })
  return {
    mesh,
    ads,
    certificateFile: tls.file,
    keyFile: join(dirname(tls.file), 'tls.key'),
    async close() {
      await mesh.close()
      await ads.close()
      tls.remove()
    },
  }
}

/** Its port 18000 leads to a port of the pod that has another number. */
const service = {
  metadata: { name: 'controller', namespace: 'gateways' },
  spec: { selector: { app: 'controller' }, ports: [{ port: 18_000, targetPort: 8443 }] },
}

function withCertificates(pod: ReturnType<typeof meshPod>): ReturnType<typeof meshPod> {
  const volumeMounts = [
    { name: 'certs', mountPath: '/certs' },
    { name: 'sds', mountPath: '/sds' },
  ]
  const containers = pod.spec.containers.map((each) => ({ ...each, volumeMounts }))
  const volumes = [
    { name: 'certs', secret: { secretName: 'envoy' } },
    { name: 'sds', configMap: { name: 'sds' } },
  ]
  const spec = { ...pod.spec, containers, volumes }
  return { ...pod, spec }
}

/** As Envoy Gateway writes the pods of its gateway-namespace mode. */
function withToken(pod: ReturnType<typeof meshPod>): ReturnType<typeof meshPod> {
  const serviceAccountToken = { path: 'sa-token', audience: 'envoy-gateway.system.svc', expirationSeconds: 3600 }
  const volumes = [
    { name: 'sa-token', projected: { sources: [{ serviceAccountToken }] } },
    { name: 'certs', configMap: { name: 'edge-1' } },
  ]
  const metadata = { ...pod.metadata, uid: 'u-1' }
  return { ...pod, metadata, spec: { ...pod.spec, ...{ serviceAccountName: 'edge-sa', volumes } } }
}

const admin = 'type.googleapis.com/envoy.admin.v3'

/** As people write it: YAML, in the case of protobuf-JSON. */
function secretFile({ certificateFiles }: Partial<Gateway>): string {
  return `resources:
- "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret
  name: own
  tlsCertificate:
    certificateChain: { filename: ${certificateFiles?.certificate} }
    privateKey: { filename: /certs/tls.key }
`
}

function page(
  path: string,
  { used, sections, node, ...rest }: Gateway,
  stats: Record<string, number>,
): string | undefined {
  if (path.startsWith('server_info'))
    return JSON.stringify({ node: { ...node, id: 'edge-1', cluster: 'shop/edge', user_agent_name: 'envoy' } })
  if (path.startsWith('stats'))
    return JSON.stringify({ stats: Object.entries(stats).map(([name, value]) => ({ name, value })) })
  if (path.startsWith('clusters')) return JSON.stringify({ cluster_statuses: [] })
  if (!path.startsWith('config_dump')) return undefined
  return JSON.stringify({
    configs: [
      { '@type': `${admin}.BootstrapConfigDump`, bootstrap: { ...bootstrapWith(rest), node } },
      ...(sections ?? sectionsOf(used)),
    ],
  })
}

function sectionsOf(used: typeof shop): object[] {
  return [
    {
      '@type': `${admin}.ClustersConfigDump`,
      dynamic_active_clusters: used.clusters.map((cluster) => ({ version_info: 'v0', cluster })),
    },
    {
      '@type': `${admin}.EndpointsConfigDump`,
      dynamic_endpoint_configs: used.endpoints.map((endpoint_config) => ({ endpoint_config })),
    },
    {
      '@type': `${admin}.ListenersConfigDump`,
      dynamic_listeners: used.listeners.map((listener) => ({
        name: listener.name,
        active_state: { version_info: 'v0', listener },
      })),
    },
    {
      '@type': `${admin}.RoutesConfigDump`,
      dynamic_route_configs: used.routes.map((route_config) => ({ version_info: 'v0', route_config })),
    },
  ]
}

const address = { socket_address: { address: 'controller.gateways.svc.cluster.local.', port_value: 18_000 } }

type Credentials = Pick<Gateway, 'certificateFiles' | 'isBySecretFile' | 'initialMetadata'>

const bootstrapWith = ({ certificateFiles: files, isBySecretFile, initialMetadata }: Credentials) => ({
  dynamic_resources: {
    ads_config: {
      api_type: 'DELTA_GRPC',
      grpc_services: [{ envoy_grpc: { cluster_name: 'xds' }, initial_metadata: initialMetadata }],
    },
    cds_config: { ads: {} },
    lds_config: { ads: {} },
  },
  static_resources: {
    clusters: [
      {
        name: 'xds',
        type: 'STRICT_DNS',
        load_assignment: { endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
        transport_socket: {
          typed_config: {
            '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
            ...(files === undefined ? {} : { common_tls_context: tlsContext(files, isBySecretFile) }),
          },
        },
      },
    ],
  },
})

function tlsContext({ ca, certificate }: NonNullable<Gateway['certificateFiles']>, isBySecretFile = false): object {
  const bySds = { name: 'own', sds_config: { path_config_source: { path: '/sds/own.yaml' } } }
  if (isBySecretFile)
    return { tls_certificate_sds_secret_configs: [bySds], validation_context: { trusted_ca: { filename: ca } } }
  const own = { certificate_chain: { filename: certificate }, private_key: { filename: '[redacted]' } }
  return { tls_certificates: [own], validation_context: { trusted_ca: { filename: ca } } }
}
