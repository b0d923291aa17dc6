import { UsageError } from '../../errors.ts'
import { ignored, overallStatus, type ProxyStatus, type Status } from './proxy-status.ts'
import { proxyTypes, statuses, statusWords } from './status-words.ts'
import { xdsTypes } from './xds-types.ts'

/** Which proxies are shown, and which of their types. What is undefined limits nothing. */
export interface StatusFilter {
  readonly namespace?: string | undefined
  /** `POD.NAMESPACE` */
  readonly names?: ReadonlySet<string> | undefined
  readonly statuses?: ReadonlySet<Status> | undefined
  readonly proxyTypes?: ReadonlySet<string> | undefined
  /** Short names. */
  readonly xdsTypes?: ReadonlySet<string> | undefined
}

/** The proxies that are wanted, with the types that are wanted. */
export function filterProxies(proxies: readonly ProxyStatus[], filter: StatusFilter): ProxyStatus[] {
  const { namespace, names, statuses, proxyTypes, xdsTypes } = filter
  return proxies
    .filter(
      (proxy) =>
        (namespace === undefined || proxy.namespace === namespace) &&
        (names === undefined || names.has(proxy.name)) &&
        (proxyTypes === undefined || (proxy.proxyType !== undefined && proxyTypes.has(proxy.proxyType))),
    )
    .map((proxy) => (xdsTypes === undefined ? proxy : { ...proxy, types: onlyTypes(proxy, xdsTypes) }))
    .filter((proxy) => statuses === undefined || hasStatus(proxy, statuses))
}

/** A connected proxy that did not ask for a wanted type ignores it: it is not one that was sent nothing. */
function onlyTypes({ types, connected }: ProxyStatus, wanted: ReadonlySet<string>): ProxyStatus['types'] {
  return new Map([...wanted].flatMap((type) => (connected === true ? [[type, types.get(type) ?? ignored]] : [])))
}

/** A proxy is in sync only as a whole; any other status of one of its types is reason enough to show it. */
function hasStatus(proxy: ProxyStatus, wanted: ReadonlySet<Status>): boolean {
  const types = [...proxy.types.values()].map(({ status }) => status)
  return wanted.has(overallStatus(proxy)) || types.some((status) => status !== 'SYNCED' && wanted.has(status))
}

/**
 * Reads `--status stale,error`.
 * @throws UsageError for a word that is no status
 */
export function wantedStatuses(text: string | undefined): ReadonlySet<Status> | undefined {
  return text === undefined
    ? undefined
    : new Set(
        words(text).map((word) => {
          const found = statuses[statusWords.indexOf(word.toLowerCase().replace(/[ _]/, '-'))]
          if (found !== undefined) return found
          throw new UsageError(`--status accepts ${statusWords.join(', ')}, got ${JSON.stringify(word)}`)
        }),
      )
}

/**
 * Reads `--type sidecar,router` and `--type cds,rds`: kinds of proxies, and what proxies are sent.
 * @throws UsageError for a word that is neither
 */
export function wantedTypes(text: string | undefined): Pick<StatusFilter, 'proxyTypes' | 'xdsTypes'> {
  const all = text === undefined ? [] : words(text)
  const proxies = all.map((word) => word.toLowerCase()).filter((word) => proxyTypes.includes(word))
  const types = all.map((word) => word.toUpperCase()).filter((word) => xdsTypes.includes(word))
  if (proxies.length + types.length < all.length) {
    throw new UsageError(
      `--type accepts ${proxyTypes.join(', ')} or ${xdsTypes.join(', ').toLowerCase()}, got ${JSON.stringify(text)}`,
    )
  }
  return {
    proxyTypes: proxies.length === 0 ? undefined : new Set(proxies),
    xdsTypes: types.length === 0 ? undefined : new Set(types),
  }
}

function words(text: string): string[] {
  return text.split(',').map((word) => word.trim())
}
