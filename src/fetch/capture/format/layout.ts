/** Where everything lies in a capture. docs/capture.md says the same for people. */
export const manifestEntry = 'manifest.json'

/** A page of a proxy as it is asked for, and as it lies in a capture. */
export interface CapturedPage {
  /** As admin paths name it, without parameters. */
  readonly name: string
  readonly path: string
  readonly file: string
  readonly holds: 'json' | 'text'
  /** Envoy and ztunnel give their log levels to a POST only, which changes nothing without parameters. */
  readonly method?: 'POST'
}

/** What is captured of each proxy, the page that every question needs first. */
export const capturedPages: readonly [CapturedPage, ...CapturedPage[]] = [
  page('config_dump', '?include_eds'),
  page('server_info'),
  page('clusters', '?format=json'),
  page('certs'),
  page('listeners', '?format=json'),
  page('init_dump'),
  page('stats', '?usedonly&format=json'),
  page('runtime'),
  page('memory'),
  { name: 'logging', path: 'logging', file: 'logging.txt', holds: 'text', method: 'POST' },
]

/** The log of the container that runs the proxy, beside its pages. */
export const logFile = 'log.txt'

function page(name: string, query = ''): CapturedPage {
  return { name, path: name + query, file: `${name}.json`, holds: 'json' }
}

export interface PlaceOfPod {
  readonly name: string
  readonly namespace: string
}

/** `NAMESPACE/POD`: what a pod is looked up by. */
export function keyOfPlace({ name, namespace }: PlaceOfPod): string {
  return `${namespace}/${name}`
}

/** `proxies/NAMESPACE/POD/FILE` */
export function proxyEntry({ name, namespace }: PlaceOfPod, file: string): string {
  return `proxies/${part(namespace)}/${part(name)}/${file}`
}

/** `istiods/NAMESPACE/POD/FILE` */
export function istiodEntry({ name, namespace }: PlaceOfPod, file: string): string {
  return `istiods/${part(namespace)}/${part(name)}/${file}`
}

/** What an istiod has for one proxy: `istiods/NAMESPACE/POD/proxies/PROXY.NAMESPACE/FILE` */
export function sentEntry(istiod: PlaceOfPod, proxy: string, file: 'config_dump.json' | 'edsz.json'): string {
  return istiodEntry(istiod, `proxies/${part(proxy)}/${file}`)
}

/** Objects of the API lie as it names their list: `api/v1/namespaces/default/pods.json` */
export function objectsEntry(listPath: string): string {
  return `${listPath.replace(/^\//, '')}.json`
}

/** Whether a file has a name that only captures have: other programs name theirs otherwise, or lay them elsewhere. */
export function isCaptureEntry(entry: string): boolean {
  return (
    entry === manifestEntry ||
    /^(?:proxies|istiods)\/[^/]+\/[^/]+\/(?:proxies\/[^/]+\/)?[a-z_]+\.(?:json|txt)$/.test(entry)
  )
}

/** A pod that has a file of its own: `api/v1/namespaces/NAMESPACE/pods/POD.json` */
const ownObject = /^api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\.json$/

/** The proxy or istiod that a file is of, by its name: its pages, and the object of a proxy's pod; undefined for any other file. */
export function subjectOf(entry: string): (PlaceOfPod & { readonly kind: 'proxy' | 'istiod' }) | undefined {
  const [, namespace, name] = ownObject.exec(entry) ?? []
  if (namespace === undefined || name === undefined) return ownerOf(entry)
  return { kind: 'proxy', namespace: unpart(namespace), name: unpart(name) }
}

/** Who the pages of a proxy or of an istiod are of, by the name of a file; undefined for any other file. */
export function ownerOf(entry: string): (PlaceOfPod & { readonly kind: 'proxy' | 'istiod' }) | undefined {
  const [, kind, namespace, name] = /^(proxies|istiods)\/([^/]+)\/([^/]+)\/./.exec(entry) ?? []
  if (kind === undefined || namespace === undefined || name === undefined) return undefined
  return { kind: kind === 'proxies' ? 'proxy' : 'istiod', namespace: unpart(namespace), name: unpart(name) }
}

/** A name as one part of a path: whoever answers may call a pod `..`. */
function part(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(/^\.+/, (dots) => '%2E'.repeat(dots.length))
}

function unpart(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
