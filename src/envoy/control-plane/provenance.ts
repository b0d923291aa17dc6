import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf } from '../json.ts'

/** The object of a control plane's API that a piece of configuration was made from. */
export interface Provenance {
  /** As the API writes it: `DestinationRule`, `HTTPRoute`. */
  readonly kind: string
  readonly name: string
  readonly namespace: string | undefined
}

/**
 * What a resource says of its origin: in `metadata` Istio's config path, Envoy Gateway's resources and policies, Kuma's tags and
 * Contour's keys for access logs; else by a name that was made of the object's. Empty when it says nothing.
 */
export function provenanceOf(metadata: Json | undefined, name?: string): Provenance[] {
  const filterMetadata = objectOf(objectOf(metadata).filter_metadata)
  const istio = istioConfig(filterMetadata)
  return [...(istio === undefined ? [] : parseConfigPath(istio)), ...others(filterMetadata, name)]
}

/** Objects of other control planes than Istio's. */
function others(filterMetadata: JsonObject, name: string | undefined): Provenance[] {
  const { 'kuma.io/unified-name': unified } = objectOf(filterMetadata['io.kuma.tags'])
  const found = [
    ...envoyGatewayObjects(filterMetadata),
    ...kumaResource(stringOf(unified)),
    ...contourObject(filterMetadata),
  ]
  return found.length > 0 ? found : objectOfName(name)
}

/**
 * The cell for a column that names one Istio kind: `NAME.NAMESPACE` as istioctl prints it, `<unknown>` for a path it cannot be
 * read from. Objects of other control planes are written `kind/name.namespace`.
 */
export function provenanceCell(metadata: Json | undefined, name?: string): string {
  const filterMetadata = objectOf(objectOf(metadata).filter_metadata)
  const path = istioConfig(filterMetadata)
  if (path !== undefined) {
    if (!path.startsWith(istioPrefix)) return '<unknown>'
    const [found] = parseConfigPath(path)
    return found === undefined ? '' : `${found.name}.${found.namespace}`
  }
  return others(filterMetadata, name).map(provenanceText).join(', ')
}

/** `kind/name.namespace`, the kind in lower case as kubectl takes it. */
export function provenanceText({ kind, name, namespace }: Provenance): string {
  return `${kind.toLowerCase()}/${name}${namespace === undefined ? '' : `.${namespace}`}`
}

const istioPrefix = '/apis/networking.istio.io/'

function istioConfig(filterMetadata: JsonObject): string | undefined {
  const istio = filterMetadata.istio
  if (!isObject(istio) || !('config' in istio)) return undefined
  return stringOf(istio.config) ?? ''
}

/** `/apis/networking.istio.io/v1/namespaces/NAMESPACE/destination-rule/NAME` */
function parseConfigPath(path: string): Provenance[] {
  const parts = path.split('/')
  const [, , , , , namespace, kind, name] = parts
  if (!path.startsWith(istioPrefix) || parts.length !== 8 || kind === undefined || name === undefined) return []
  return [{ kind: pascalCase(kind), name, namespace }]
}

/** `{"resources": [{"kind": "HTTPRoute", "name": "backend", "namespace": "default"}]}`, and the policies that are in force for them. */
function envoyGatewayObjects(filterMetadata: JsonObject): Provenance[] {
  const { resources, policies } = objectOf(filterMetadata['envoy-gateway'])
  return [...objectsOf(resources), ...objectsOf(policies)].flatMap((resource) => {
    const kind = stringOf(resource.kind)
    const name = stringOf(resource.name)
    return kind === undefined || name === undefined ? [] : [{ kind, name, namespace: stringOf(resource.namespace) }]
  })
}

/** Kuma's resource identifier, `kri_KIND_MESH_ZONE_NAMESPACE_NAME_SECTION`; the namespace is empty outside Kubernetes. */
export function kumaResource(kri = ''): Provenance[] {
  if (!kri.startsWith('kri_')) return []
  const [, shortKind, , , namespace, name] = kri.split('_')
  if (shortKind === undefined || !name) return []
  return [{ kind: kumaKinds.get(shortKind) ?? shortKind, name, namespace: namespace || undefined }]
}

/** The object that a name was made of: each form is of one control plane alone. */
function objectOfName(name: string | undefined): Provenance[] {
  if (name === undefined) return []
  for (const { kind, form } of namedObjects) {
    const { name: own, namespace } = form.exec(name)?.groups ?? {}
    if (own !== undefined) return [{ kind, name: own, namespace }]
  }
  return kumaResource(name)
}

const namedObjects: readonly { readonly kind: string; readonly form: RegExp }[] = [
  // Envoy Gateway: `httproute/NAMESPACE/NAME/rule/0`
  ...['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'].map((kind) => ({
    kind,
    form: new RegExp(`^${kind.toLowerCase()}/(?<namespace>[^/]+)/(?<name>[^/]+)/rule/`),
  })),
  // and in names of filters `…/securitypolicy/NAMESPACE/NAME`
  ...['SecurityPolicy', 'EnvoyExtensionPolicy', 'BackendTrafficPolicy', 'ClientTrafficPolicy'].map((kind) => ({
    kind,
    form: new RegExp(`/${kind.toLowerCase()}/(?<namespace>[^/]+)/(?<name>[^/]+)(?:/|$)`),
  })),
  // Gloo: `NAMESPACE_NAME-route-0-matcher-0` of a VirtualService, `NAMESPACE-NAME-PORT_NAMESPACE` of an Upstream
  { kind: 'VirtualService', form: /^(?<namespace>[^_]+)_(?<name>[^_]+)-route-\d+-matcher-\d+$/ },
  { kind: 'Upstream', form: /^(?<name>[^_]+-\d+)_(?<namespace>[a-z0-9-]+)$/ },
  // Consul: `SUBSET.NAME.NAMESPACE.DC.internal.…`
  { kind: 'ServiceResolver', form: /^[^.]+\.(?<name>[^.]+)\.(?<namespace>[^.]+)\.[^.]+\.internal\.[^.]+\.consul$/ },
  // Cilium: `NAMESPACE/CONFIG/RESOURCE`, where the controller for the Gateway API calls its own `cilium-gateway-NAME`
  { kind: 'Gateway', form: /^(?<namespace>[a-z0-9-]+)\/cilium-gateway-(?<name>[a-z0-9.-]+)\// },
  { kind: 'CiliumEnvoyConfig', form: /^(?<namespace>[a-z0-9-]+)\/(?<name>cilium-ingress[a-z0-9.-]*)\// },
]

/** `{"io.projectcontour.kind": "HTTPProxy", "io.projectcontour.name": "web", "io.projectcontour.namespace": "shop"}` */
function contourObject(filterMetadata: JsonObject): Provenance[] {
  const keys = objectOf(filterMetadata['envoy.access_loggers.file'])
  const [kind, name, namespace] = ['kind', 'name', 'namespace'].map((key) => stringOf(keys[`io.projectcontour.${key}`]))
  return kind === undefined || name === undefined ? [] : [{ kind, name, namespace }]
}

/** https://github.com/kumahq/kuma: `+kuma:policy:short_name` */
const kumaKinds: ReadonlyMap<string, string> = new Map(
  Object.entries({
    msvc: 'MeshService',
    extsvc: 'MeshExternalService',
    mzsvc: 'MeshMultiZoneService',
    mhttpr: 'MeshHTTPRoute',
    mtcpr: 'MeshTCPRoute',
    mtp: 'MeshTrafficPermission',
    mfi: 'MeshFaultInjection',
    mid: 'MeshIdentity',
    mtrust: 'MeshTrust',
    wl: 'Workload',
  }),
)

function pascalCase(kebab: string): string {
  return kebab.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
