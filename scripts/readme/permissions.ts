import { objectResources } from '../../src/commands/wait/api-object.ts'
import { allApiKindsOf } from '../../src/envoy/control-plane/api-kinds.ts'
import { missingRule, type Permission } from '../../src/mesh/api/rbac.ts'

interface Use {
  readonly purpose: string
  readonly permissions: readonly Omit<Permission, 'namespace'>[]
}

/** Kinds with a status that is read, each once. */
const statusKinds = [
  ...new Map(['Envoy Gateway', 'Contour'].flatMap(allApiKindsOf).map((kind) => [kind.resource, kind])).values(),
]

/** What each part of the program asks of the API server. */
export const uses: readonly Use[] = [
  {
    purpose: 'pods as targets, -l, proxy-status (also in istio-system)',
    permissions: [
      { resource: 'pods', verbs: ['get', 'list'] },
      { resource: 'pods/portforward', verbs: ['get', 'create'] },
    ],
  },
  {
    purpose: '--via exec, and where port-forward is not allowed',
    permissions: [{ resource: 'pods/exec', verbs: ['get', 'create'] }],
  },
  {
    purpose:
      'TYPE/NAME as targets; services also for trace to a Service, and with list for describe and for trace through a gateway',
    permissions: [
      { resource: 'services', verbs: ['get', 'list'] },
      { resource: 'replicationcontrollers', verbs: ['get'] },
      ...['deployments', 'statefulsets', 'daemonsets', 'replicasets'].map((resource) => ({
        group: 'apps',
        resource,
        verbs: ['get'],
      })),
      { group: 'batch', resource: 'jobs', verbs: ['get'] },
      { group: 'gateway.networking.k8s.io', resource: 'gateways', verbs: ['get'] },
    ],
  },
  {
    purpose: 'trace to a Service that an Istio proxy does not have: which Sidecar hides it',
    permissions: [{ group: 'networking.istio.io', resource: 'sidecars', verbs: ['list'] }],
  },
  {
    purpose:
      'trace and explain of requests that fail: the status of objects of Envoy Gateway, Contour and the Gateway API',
    permissions: statusKinds.map(({ group, resource }) => ({ group, resource, verbs: ['get', 'list'] })),
  },
  {
    purpose: 'describe service: clusters that have its endpoints, where none has its name; lint --profile fleet',
    permissions: [{ group: 'discovery.k8s.io', resource: 'endpointslices', verbs: ['list'] }],
  },
  {
    purpose: 'lint --profile fleet: objects of Istio of which proxies have nothing',
    permissions: [
      { group: 'networking.istio.io', resource: 'virtualservices', verbs: ['list'] },
      { group: 'networking.istio.io', resource: 'gateways', verbs: ['list'] },
    ],
  },
  {
    purpose: 'wait --for delivered: when the object was changed last',
    permissions: [...objectResources.values()].map(([group, , resource]) => ({ group, resource, verbs: ['get'] })),
  },
  {
    purpose: 'explain: the log of a pod',
    permissions: [{ resource: 'pods/log', verbs: ['get'] }],
  },
  {
    purpose: 'capture: what commands look up; logs with --logs',
    permissions: [
      { resource: 'namespaces', verbs: ['list'] },
      { resource: 'replicationcontrollers', verbs: ['list'] },
      { resource: 'pods/log', verbs: ['get'] },
      ...['deployments', 'statefulsets', 'daemonsets', 'replicasets'].map((resource) => ({
        group: 'apps',
        resource,
        verbs: ['list'],
      })),
      { group: 'batch', resource: 'jobs', verbs: ['list'] },
      { group: 'discovery.k8s.io', resource: 'endpointslices', verbs: ['list'] },
      { group: 'gateway.networking.k8s.io', resource: 'gateways', verbs: ['list'] },
      ...['sidecars', 'virtualservices', 'gateways', 'destinationrules', 'serviceentries'].map((resource) => ({
        group: 'networking.istio.io',
        resource,
        verbs: ['list'],
      })),
    ],
  },
  {
    purpose:
      'proxy-status over xDS: with --xds-address, --xds-port and the like, and where istiod has no debug endpoints',
    permissions: [{ resource: 'serviceaccounts/token', verbs: ['create'] }],
  },
  {
    purpose:
      'proxy-status of proxies of other control planes than istiod: the certificates with which these are connected, of gateway-namespace mode the root alone',
    permissions: [
      { resource: 'secrets', verbs: ['get'] },
      { resource: 'configmaps', verbs: ['get'] },
    ],
  },
  {
    purpose: 'proxy-status: why Envoy rejected an update, of which its log has the words',
    permissions: [{ resource: 'pods/log', verbs: ['get'] }],
  },
]

/** A ClusterRole with all of it; its rules are what an error names when one is missing. */
export function clusterRole(): string {
  const rules = uses.flatMap(({ purpose, permissions }) => [
    `# ${purpose}`,
    ...missingRule(permissions.map((each) => ({ ...each, namespace: '' }))).slice(2),
  ])
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: ClusterRole',
    'metadata:',
    '  name: proxy-config',
    'rules:',
    ...rules,
  ].join('\n')
}
