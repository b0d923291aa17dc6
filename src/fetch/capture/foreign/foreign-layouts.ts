import { capturedPages, istiodEntry, logFile, objectsEntry, proxyEntry } from '../format/layout.ts'

/** A file that another program wrote, as a file of a capture. */
export interface Translation {
  /** The path that it has in a capture. */
  readonly entry: string
  /** Of a page of a proxy: whether Istio runs it. */
  readonly isIstio?: boolean
}

interface Layout {
  readonly pattern: RegExp
  translate(...parts: string[]): Translation | undefined
}

/** Paths of files, whatever folders they lie in. The first that fits counts. */
const layouts: readonly Layout[] = [
  // istioctl bug-report: https://github.com/istio/istio/blob/master/tools/bug-report/pkg/archive/archive.go
  {
    pattern: /(?:^|\/)proxies\/([^/]+)\/([^/]+)\/([^/]+)$/,
    translate: (namespace, name, file) => pageOf({ namespace, name }, file, true),
  },
  {
    pattern: /(?:^|\/)istio\/([^/]+)\/([^/]+)\/debug\/(syncz|push_status|connections)$/,
    translate: (namespace, name, page) => ({ entry: istiodEntry({ namespace, name }, `${page}.json`) }),
  },
  // egctl x collect: https://github.com/envoyproxy/gateway/tree/main/internal/troubleshoot/collect
  {
    pattern: /(?:^|\/)config-dumps\/([^/]+)\/([^/]+)\.json$/,
    translate: (namespace, name) => ({ entry: proxyEntry({ namespace, name }, 'config_dump.json'), isIstio: false }),
  },
  {
    pattern: /(?:^|\/)cluster-resources\/([a-z]+)\/([^/]+)\.json$/,
    translate: (resource, namespace) => listOf(rootOf.get(resource), namespace, resource),
  },
  {
    pattern: /(?:^|\/)cluster-resources\/custom-resources\/gateways\.gateway\.networking\.k8s\.io\/([^/]+)\.json$/,
    translate: (namespace) => listOf('/apis/gateway.networking.k8s.io/v1', namespace, 'gateways'),
  },
  // must-gather of Istio, which Kiali reads as well: https://github.com/maistra/istio-must-gather
  {
    pattern: /(?:^|\/)namespaces\/([^/]+)\/pods\/([^/]+)\/config_dump_proxy\.json$/,
    translate: (namespace, name) => ({ entry: proxyEntry({ namespace, name }, 'config_dump.json'), isIstio: true }),
  },
  {
    pattern: /(?:^|\/)namespaces\/([^/]+)\/([^/]+)\/debug-syncz\.json$/,
    translate: (namespace, revision) => ({
      entry: istiodEntry({ namespace, name: `istiod-${revision}` }, 'syncz.json'),
    }),
  },
  // oc adm inspect
  {
    pattern: /(?:^|\/)namespaces\/([^/]+)\/pods\/([^/]+)\/istio-proxy\/istio-proxy\/logs\/current\.log$/,
    translate: (namespace, name) => ({ entry: proxyEntry({ namespace, name }, logFile), isIstio: true }),
  },
  {
    pattern: /(?:^|\/)namespaces\/([^/]+)\/(?:core|apps|batch|discovery\.k8s\.io)\/([a-z]+)\.ya?ml$/,
    translate: (namespace, resource) => listOf(rootOf.get(resource), namespace, resource),
  },
]

/** What a file of another program is in a capture; undefined where that is not known. */
export function translated(path: string): Translation | undefined {
  for (const { pattern, translate } of layouts) {
    const found = pattern.exec(path)
    if (found !== null) return translate(...found.slice(1))
  }
  return undefined
}

/** A page of a proxy by its file: `config_dump?include_eds`, `certs`, `server_info.json`, `proxy.log`. */
export function pageOf(
  place: { readonly name: string; readonly namespace: string },
  file: string,
  isIstio: boolean,
): Translation | undefined {
  if (file === 'proxy.log' || file === 'istio-proxy.log') return { entry: proxyEntry(place, logFile), isIstio }
  const [name] = /^[a-z_]+(?=(?:\?[^/]*)?(?:\.(?:json|ya?ml))?$)/.exec(file) ?? []
  const page = capturedPages.find((each) => each.name === name && each.holds === 'json')
  return page === undefined ? undefined : { entry: proxyEntry(place, page.file), isIstio }
}

function listOf(root: string | undefined, namespace: string, resource: string): Translation | undefined {
  return root === undefined ? undefined : { entry: objectsEntry(`${root}/namespaces/${namespace}/${resource}`) }
}

/** Where the API has the lists that commands look up. */
const rootOf: ReadonlyMap<string, string> = new Map([
  ...['pods', 'services', 'replicationcontrollers'].map((resource) => [resource, '/api/v1'] as const),
  ...['deployments', 'statefulsets', 'daemonsets', 'replicasets'].map(
    (resource) => [resource, '/apis/apps/v1'] as const,
  ),
  ['jobs', '/apis/batch/v1'] as const,
  ['endpointslices', '/apis/discovery.k8s.io/v1'] as const,
])
