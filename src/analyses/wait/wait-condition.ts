import { UsageError } from '../../errors.ts'

/** What is waited for. */
export type WaitCondition =
  /** The proxy has accepted what its control plane sent last. */
  | { readonly kind: 'synced' }
  /** Envoy serves: /server_info says LIVE. */
  | { readonly kind: 'live' }
  /** A cluster has a host that may be chosen. */
  | { readonly kind: 'ready-endpoints'; readonly cluster: string }
  /** A request goes to a cluster, whatever chance decides. */
  | { readonly kind: 'route-to'; readonly cluster: string; readonly url: string }
  /** The last change of an object of the control plane's API is loaded. */
  | { readonly kind: 'delivered'; readonly object: ApiObjectName }

/** `VirtualService/reviews.shop` */
export interface ApiObjectName {
  readonly kind: string
  readonly name: string
  /** That of the context when undefined. */
  readonly namespace: string | undefined
}

/** Whether a condition holds for a proxy, and how that is known. */
export interface Verdict {
  readonly met: boolean
  readonly reason: string
}

/**
 * Reads `--for`.
 * @throws UsageError for what is no condition
 */
export function waitCondition(text: string): WaitCondition {
  const [kind = '', argument = ''] = split(text, '=')
  if (argument === '' && (kind === 'synced' || kind === 'live')) return { kind }
  if (kind === 'ready-endpoints' && argument !== '') return { kind, cluster: argument }
  // A cluster's name has no `://`, and the scheme of the URL none of the characters that end one.
  const [, cluster, url] = /^(.+?):([a-z]+:\/\/.+)$/s.exec(argument) ?? []
  if (kind === 'route-to' && cluster !== undefined && url !== undefined) return { kind, cluster, url }
  const object = kind === 'delivered' ? objectName(argument) : undefined
  if (object !== undefined) return { kind: 'delivered', object }
  throw new UsageError(`--for cannot read ${JSON.stringify(text)}`, {
    hint: 'It is synced, live, ready-endpoints=CLUSTER, route-to=CLUSTER:URL or delivered=KIND/NAME[.NAMESPACE].',
  })
}

function objectName(text: string): ApiObjectName | undefined {
  const [kind = '', rest = ''] = split(text, '/')
  // Names of these objects may hold dots, namespaces none.
  const dot = rest.lastIndexOf('.')
  if (kind === '' || rest === '' || rest.includes('/') || dot === 0) return undefined
  return dot === -1
    ? { kind, name: rest, namespace: undefined }
    : { kind, name: rest.slice(0, dot), namespace: rest.slice(dot + 1) || undefined }
}

function split(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}
