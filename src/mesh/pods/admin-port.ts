import { AppError } from '../../errors.ts'
import type { Container, Pod } from './pod.ts'

export interface AdminPort {
  readonly port: number
  /** The container that runs Envoy; undefined when none is known to. */
  readonly container: Container | undefined
  /** Who deployed the proxy, or how the port was found: `flag`, `bootstrap`, `port name`, `default`. */
  readonly from: string
}

/** Istio's, and what is tried when nothing tells another. */
export const usualAdminPort = 15_000

interface Deployment {
  readonly from: string
  matches(pod: Pod, container: Container): boolean
  port(pod: Pod, container: Container): number
}

/** Where Envoy's admin interface listens, by who put the proxy there. The first match wins. */
const deployments: readonly Deployment[] = [
  {
    from: 'Istio',
    matches: (_pod, { name, image }) => name === 'istio-proxy' || /(^|\/)proxyv2(-|:|@|$)/.test(image),
    port: (pod, { env, args }) =>
      setting(pod.annotations['proxy.istio.io/config'], /proxyAdminPort"?\s*:\s*"?(\d+)/) ??
      setting(env.PROXY_CONFIG, /proxyAdminPort"?\s*:\s*"?(\d+)/) ??
      setting(args.join(' '), /--proxyAdminPort[= ](\d+)/) ??
      usualAdminPort,
  },
  {
    // https://kuma.io/docs/latest/reference/kubernetes-annotations/#kumaioenvoy-admin-port
    from: 'Kuma',
    matches: (_pod, { name, image }) =>
      name === 'kuma-sidecar' || name === 'kuma-gateway' || /\/kuma-dp(:|@|$)/.test(image),
    port: (pod, { env }) =>
      setting(pod.annotations['kuma.io/envoy-admin-port'], /^(\d+)$/) ??
      setting(env.KUMA_DATAPLANE_ADMIN_PORT, /^(\d+)$/) ??
      9901,
  },
  {
    // One sidecar for each service of a multi-port pod, with ports 19000, 19001, ...
    from: 'Consul',
    matches: (_pod, { name, image }) =>
      /^(consul-dataplane|envoy-sidecar|consul-connect-envoy-sidecar)/.test(name) ||
      /consul-dataplane(:|@|$)/.test(image),
    port: (pod, container) =>
      setting(container.args.join(' '), /-envoy-admin-bind-port[= ](\d+)/) ??
      setting(container.env.DP_ENVOY_ADMIN_BIND_PORT, /^(\d+)$/) ??
      19000 + consulIndex(pod, container),
  },
  {
    from: 'Envoy Gateway',
    matches: ({ labels }, { name }) =>
      name === 'envoy' &&
      (labels['app.kubernetes.io/managed-by'] === 'envoy-gateway' ||
        labels['gateway.envoyproxy.io/owning-gateway-name'] !== undefined ||
        labels['gateway.envoyproxy.io/owning-gatewayclass'] !== undefined),
    port: () => 19000,
  },
  {
    from: 'kgateway',
    matches: ({ labels }, { name, image }) =>
      name === 'kgateway-proxy' || labels.kgateway === 'kube-gateway' || /\/kgateway\/envoy-wrapper/.test(image),
    port: () => 19000,
  },
  {
    from: 'Gloo',
    matches: ({ labels }, { name, image }) =>
      name === 'gateway-proxy' ||
      labels.gloo === 'gateway-proxy' ||
      labels.gloo === 'kube-gateway' ||
      /gloo-envoy-wrapper/.test(image),
    port: () => 19000,
  },
  {
    // Contour's read-only listener; the whole admin interface is on a Unix socket inside the pod.
    from: 'Contour',
    matches: ({ labels, containers }, { name }) =>
      name === 'envoy' &&
      (containers.some((other) => other.name === 'shutdown-manager' && /contour/.test(other.image)) ||
        labels['projectcontour.io/owning-gateway-name'] !== undefined ||
        labels['app.kubernetes.io/name'] === 'contour'),
    port: () => 9001,
  },
  {
    from: 'Emissary-ingress',
    matches: (_pod, { image }) => /(emissary|ambassador|aes)(:|@|$)/.test(image),
    port: () => 8001,
  },
  {
    from: 'AWS App Mesh',
    matches: (_pod, { image }) => /aws-appmesh-envoy/.test(image),
    port: (_pod, { env }) => setting(env.ENVOY_ADMIN_ACCESS_PORT, /^(\d+)$/) ?? 9901,
  },
]

/**
 * The port of Envoy's admin interface in a pod and the container that runs Envoy: the explicit port, else what the pod's
 * labels, annotations, images and arguments tell, else 15000.
 * @param container name of the container when the user chose one
 * @throws AppError in kubectl's words when the pod has no such container
 */
export function adminPort(pod: Pod, explicit?: number | undefined, container?: string | undefined): AdminPort {
  if (container !== undefined && !pod.containers.some(({ name }) => name === container)) {
    const known = pod.containers.map(({ name }) => name).join(', ')
    throw new AppError(`container ${container} is not valid for pod ${pod.name}`, {
      hint: `Its containers are: ${known}`,
    })
  }
  const found = knownDeployment(pod, container) ?? plainEnvoy(pod, container)
  const chosen = found?.container ?? pod.containers.find(({ name }) => name === container)
  if (explicit !== undefined) return { port: explicit, container: chosen, from: 'flag' }
  return found ?? { port: usualAdminPort, container: chosen, from: 'default' }
}

function knownDeployment(pod: Pod, only: string | undefined): AdminPort | undefined {
  for (const { from, matches, port } of deployments) {
    const container = pod.containers.find((item) => (only === undefined || item.name === only) && matches(pod, item))
    if (container !== undefined) return { port: port(pod, container), container, from }
  }
  return undefined
}

/** An Envoy that nobody above deployed: its bootstrap on the command line, or a container port that says what it is. */
function plainEnvoy(pod: Pod, only: string | undefined): AdminPort | undefined {
  const container = pod.containers.find((item) => (only === undefined ? looksLikeEnvoy(item) : item.name === only))
  if (container === undefined) return undefined
  const inBootstrap = bootstrapPort(container.args.join('\n'))
  if (inBootstrap !== undefined) return { port: inBootstrap, container, from: 'bootstrap' }
  const named = container.ports.find(({ name }) => /^((envoy|http|proxy)-)?admin$/.test(name))
  if (named !== undefined) return { port: named.port, container, from: 'port name' }
  const usual = container.ports.find(({ port }) => port === 9901 || port === 19000 || port === 15000)
  return { port: usual?.port ?? usualAdminPort, container, from: usual === undefined ? 'default' : 'port number' }
}

function looksLikeEnvoy({ name, image, args }: Container): boolean {
  return name === 'envoy' || /(^|[/-])envoy(proxy)?(-[^/]*)?(:|@|$)/.test(image) || /(^|\/)envoy$/.test(args[0] ?? '')
}

/** The admin port of a bootstrap given as YAML or JSON text. */
function bootstrapPort(text: string): number | undefined {
  const admin = /["']?\badmin["']?\s*:/.exec(text)
  return admin === null
    ? undefined
    : setting(text.slice(admin.index, admin.index + 400), /port_?[vV]alue["']?\s*:\s*(\d+)/)
}

function consulIndex(pod: Pod, container: Container): number {
  const sidecars = pod.containers.filter(({ name }) => name.replace(/-.*$/, '') === container.name.replace(/-.*$/, ''))
  return Math.max(0, sidecars.indexOf(container))
}

function setting(text: string | undefined, pattern: RegExp): number | undefined {
  const port = Number(text === undefined ? Number.NaN : pattern.exec(text)?.[1])
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined
}
