import { type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'

/** What is read of Istio's objects: those of which a proxy can have lost a part without a word. */
export interface IstioObjects {
  readonly virtualServices: readonly VirtualService[]
  readonly gateways: readonly Gateway[]
}

export interface VirtualService {
  /** `virtualservice/NAME.NAMESPACE`, as configuration names what it was made from. */
  readonly object: string
  /** In full: `reviews.default.svc.cluster.local`. */
  readonly hosts: readonly string[]
  /** Whether sidecars get it. */
  readonly isOfMesh: boolean
}

export interface Gateway {
  /** `NAMESPACE/NAME` */
  readonly name: string
  readonly selector: Readonly<Record<string, string>>
  readonly servers: readonly GatewayServer[]
}

export interface GatewayServer {
  readonly port: number | undefined
  readonly hosts: readonly string[]
  /** The Secret of its certificate; undefined where it has none by name. */
  readonly credential: string | undefined
}

/** @param virtualServices, gateways items of lists of `networking.istio.io` */
export function istioObjects(virtualServices: readonly JsonObject[], gateways: readonly JsonObject[]): IstioObjects {
  return { virtualServices: virtualServices.map(virtualServiceOf), gateways: gateways.map(gatewayOf) }
}

function virtualServiceOf({ metadata, spec }: JsonObject): VirtualService {
  const { name, namespace } = objectOf(metadata)
  const { hosts, gateways } = objectOf(spec)
  const named = stringsOf(gateways)
  return {
    object: `virtualservice/${String(name)}.${String(namespace)}`,
    hosts: stringsOf(hosts).map((host) => inFull(host, String(namespace))),
    isOfMesh: named.length === 0 || named.includes('mesh'),
  }
}

/** A name without a dot is that of a Service of the same namespace. */
function inFull(host: string, namespace: string): string {
  return host.includes('.') || host.includes('*') ? host : `${host}.${namespace}.svc.cluster.local`
}

function gatewayOf({ metadata, spec }: JsonObject): Gateway {
  const { name, namespace } = objectOf(metadata)
  const { selector, servers } = objectOf(spec)
  const labels = Object.entries(objectOf(selector)).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value] as const] : [],
  )
  return {
    name: `${String(namespace)}/${String(name)}`,
    selector: Object.fromEntries(labels),
    servers: objectsOf(servers).map(({ port, hosts, tls }) => ({
      port: typeof objectOf(port).number === 'number' ? Number(objectOf(port).number) : undefined,
      hosts: stringsOf(hosts),
      credential: stringOf(objectOf(tls).credentialName) || undefined,
    })),
  }
}
