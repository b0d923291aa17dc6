import type { Evidence } from './evidence.ts'
import type { ProxyContainer, ProxyPod } from './proxy-pod.ts'
import type { XdsAccess } from './xds-access.ts'

/**
 * What is to be known of a control plane: how its proxies are recognised, where their admin interface is, what its names mean, and
 * which of its objects a piece of advice is about. Nothing outside this folder knows one by name.
 */
export interface ControlPlane {
  readonly name: ControlPlaneName
  /** How a pod with one of its proxies looks, and the port of Envoy's admin interface there; undefined where it has no pods of its own. */
  readonly deployment?: Deployment
  /** Whether a dump comes from one of its proxies. */
  readonly isBehind: (evidence: Evidence) => boolean
  /** What a proxy is for: it stands at the edge, or beside an application. Undefined where that is not known. */
  readonly role?: (evidence: Evidence) => 'gateway' | 'sidecar' | undefined
  /** How pods of its gateways are found; undefined where it has none, or nothing marks them. */
  readonly gateways?: Gateways
  /** Its clusters bear the names of routes, and nothing in them names a Service. */
  readonly clustersAreRoutes?: true
  /** Clusters that stand for a backend that it did not find. */
  readonly missingBackends?: readonly string[]
  /** Names of listeners for probes, metrics and the proxy's own administration. */
  readonly ownListeners?: RegExp
  /** The port that a gateway listens on where its Service has another one. */
  readonly listenerPort?: (servicePort: number) => number
  /** Ports that its redirect leaves alone in every pod, and how that rule is called: health, metrics, tunnels, probes. */
  readonly exempt?: { readonly rule: 'istio' | 'osm'; readonly ports: readonly number[] }
  /** Names of clusters and others that are made of a service's: groups `name` and `namespace`. */
  readonly serviceNames?: readonly RegExp[]
  /** How it is asked what it would send; undefined where nobody has tried. */
  readonly xds?: XdsAccess
  readonly words: Words
}

export type ControlPlaneName =
  | 'Istio'
  | 'Kuma'
  | 'Consul'
  | 'Envoy Gateway'
  | 'kgateway'
  | 'Gloo'
  | 'Contour'
  | 'Cilium'
  | 'Emissary-ingress'
  | 'AWS App Mesh'
  | 'OSM'

export interface Deployment {
  readonly matches: (pod: ProxyPod, container: ProxyContainer) => boolean
  readonly port: (pod: ProxyPod, container: ProxyContainer) => number
  /** Path of the Unix socket that has all of the admin interface, where the port only has what reads. */
  readonly wholeAdminAt?: string
}

export interface Gateways {
  /** Label selectors, each of which lists pods. */
  readonly selectors: readonly string[]
  /** Labels that hold the name of the gateway, the first that a pod has counts. */
  readonly nameLabels?: readonly string[]
  /** The label that holds its namespace, where pods are in another one. */
  readonly namespaceLabel?: string
}

/** The sentence that a control plane adds to a piece of advice: its objects and their fields. Absent where it has none for it. */
export type Words = Readonly<Partial<Record<AdviceTopic, string>>>

/** What advice is about. */
export type AdviceTopic =
  /** No listener has the address. */
  | 'listener'
  /** No filter chain has the server name. */
  | 'serverName'
  /** Hosts of several filter chains have one certificate. */
  | 'sharedCertificate'
  /** No virtual host has the host of the request. */
  | 'host'
  /** No route of the virtual host matches. */
  | 'route'
  /** The proxy does not have the cluster that a route names. */
  | 'cluster'
  /** The cluster is a subset that nothing defines. */
  | 'subset'
  /** An endpoint has an address where nothing answers. */
  | 'address'
  /** The cluster has no endpoints. */
  | 'endpoints'
  /** Nothing unknown is let out. */
  | 'egress'
  /** A route answers by itself. */
  | 'ownAnswer'
  /** A route answers with 5xx by itself, as it does in place of a backend that was not found. */
  | 'missingBackend'
  /** Envoy rejected an update. */
  | 'rejected'
  /** A secret did not come. */
  | 'secret'
  /** A port takes TLS only. */
  | 'strictTls'
  /** The client has to show a certificate. */
  | 'clientCertificate'
  /** The names in a certificate are not those that are expected. */
  | 'identity'
  /** TLS towards the servers is to begin. */
  | 'upstreamTls'
  /** TLS towards the servers is to end. */
  | 'noUpstreamTls'
  /** HTTP/2 towards the servers. */
  | 'upstreamHttp2'
  /** A port is taken for another protocol than it speaks. */
  | 'protocol'
  /** What the certificate of the servers is checked with: roots and names. */
  | 'upstreamTrust'
  /** The roots that certificates of clients are checked with. */
  | 'clientRoots'
  /** Picking hosts by a hash. */
  | 'hashing'
  /** Circuit breakers. */
  | 'limits'
  /** Outlier detection. */
  | 'ejection'
  /** Shares of zones. */
  | 'locality'
  /** Who may do what. */
  | 'authorization'
  /** A service that is asked who may do what. */
  | 'externalAuthorization'
  /** How many requests may come. */
  | 'rateLimit'
  /** Tokens of clients. */
  | 'tokens'
  /** Passwords and keys of clients. */
  | 'credentials'
  /** How long a request may take. */
  | 'timeout'
  /** Faults that are injected. */
  | 'fault'
  /** How many proxies in front are believed. */
  | 'trustedHops'
