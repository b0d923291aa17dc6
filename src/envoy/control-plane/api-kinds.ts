import type { ControlPlaneName } from './control-plane.ts'

/** A kind of object whose status says whether its control plane could use it. */
export interface ApiKind {
  readonly kind: string
  /** Plural, as in the path of the API. */
  readonly resource: string
  readonly group: string
  /** The first that the API server has is asked. */
  readonly versions: readonly string[]
  /** Where its host names are; undefined for a kind without any. */
  readonly hosts?: 'spec.hostnames' | 'spec.virtualhost.fqdn'
}

/** Objects of a control plane's API, by what they are asked for. */
interface ApiKinds {
  /** What brings host names. */
  readonly routes: readonly ApiKind[]
  /** What routes are attached to. */
  readonly gateways: readonly ApiKind[]
  /** What denies requests of routes that it targets. */
  readonly denying: readonly ApiKind[]
  /** What asks clients for certificates. */
  readonly connections: readonly ApiKind[]
  /** Others that parts of a configuration are made from. */
  readonly others: readonly ApiKind[]
}

const gatewayApi = 'gateway.networking.k8s.io'
const ofEnvoyGateway = { group: 'gateway.envoyproxy.io', versions: ['v1alpha1'] }

function ofGatewayApi(kind: string, versions: readonly string[], hosts?: ApiKind['hosts']): ApiKind {
  const resource = `${kind.toLowerCase()}s`
  return { kind, resource, group: gatewayApi, versions, ...(hosts === undefined ? {} : { hosts }) }
}

const httpRoute = ofGatewayApi('HTTPRoute', ['v1', 'v1beta1'], 'spec.hostnames')
const grpcRoute = ofGatewayApi('GRPCRoute', ['v1', 'v1alpha2'], 'spec.hostnames')
const tlsRoute = ofGatewayApi('TLSRoute', ['v1', 'v1alpha3', 'v1alpha2'], 'spec.hostnames')
const tcpRoute = ofGatewayApi('TCPRoute', ['v1', 'v1alpha2'])
const gateway = ofGatewayApi('Gateway', ['v1', 'v1beta1'])

const httpProxy: ApiKind = {
  kind: 'HTTPProxy',
  resource: 'httpproxies',
  group: 'projectcontour.io',
  versions: ['v1'],
  hosts: 'spec.virtualhost.fqdn',
}

const byGatewayApi: ApiKinds = {
  routes: [httpRoute, grpcRoute, tlsRoute],
  gateways: [gateway],
  denying: [],
  connections: [],
  others: [tcpRoute],
}
const none: ApiKinds = { routes: [], gateways: [], denying: [], connections: [], others: [] }

const byControlPlane: Readonly<Partial<Record<ControlPlaneName, ApiKinds>>> = {
  'Envoy Gateway': {
    ...byGatewayApi,
    denying: [{ kind: 'SecurityPolicy', resource: 'securitypolicies', ...ofEnvoyGateway }],
    connections: [{ kind: 'ClientTrafficPolicy', resource: 'clienttrafficpolicies', ...ofEnvoyGateway }],
    others: [tcpRoute, { kind: 'BackendTrafficPolicy', resource: 'backendtrafficpolicies', ...ofEnvoyGateway }],
  },
  Contour: { ...none, routes: [httpProxy], others: [httpRoute, tlsRoute, tcpRoute, gateway] },
  kgateway: byGatewayApi,
  Cilium: byGatewayApi,
  // Its own objects have no status unless istiod is configured to write one, and a host may be theirs.
  Istio: { ...none, others: [httpRoute, grpcRoute, tlsRoute, tcpRoute, gateway] },
}

/** The kinds of a control plane; none where it is not known, or its objects have no status. */
export function apiKindsOf(controlPlane: string | undefined): ApiKinds {
  const found = Object.entries(byControlPlane).find(([name]) => name === controlPlane)
  return found?.[1] ?? none
}

/** All kinds of a control plane in one list. */
export function allApiKindsOf(controlPlane: string | undefined): readonly ApiKind[] {
  const { routes, gateways, denying, connections, others } = apiKindsOf(controlPlane)
  return [...routes, ...gateways, ...denying, ...connections, ...others]
}
