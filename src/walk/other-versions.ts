import { awaitedSecrets, missingSecrets } from '../envoy/certificates/awaited-secrets.ts'
import type { ConfigDump, Entry } from '../envoy/dump/config-dump.ts'
import { isObject, type JsonObject, stringOf } from '../envoy/json.ts'
import { because, type ReasonArgs, type Warning } from '../semantics/reasons/reason.ts'
import { type HopDraft, warn } from './hop-draft.ts'
import type { TraceState } from './trace-state.ts'

type VersionedKind = ReasonArgs['older-version-draining']['kind']

/** Warns on the current hop that the resource it uses is not the only one of its name: Envoy rejected another, or waits with it. */
export function noteOtherVersions({ index, hops, updates }: TraceState, kind: VersionedKind, name: string): void {
  const hop = hops.at(-1)
  // Of secrets that none serves the certificates tell more.
  const serving = index.serving(kind, name)
  if (hop === undefined || (kind === 'secrets' && serving === undefined)) return
  for (const entry of index.others(kind, name)) {
    const warning = aboutVersion(kind, entry, index.dump, serving === undefined)
    if (warning !== undefined) warn(hop, warning)
  }
  for (const { resource, rejected, accepted } of updates.get(updatesOf[kind] ?? '') ?? []) {
    if (resource === name && rejected > 0)
      warn(hop, because('updates-rejected', { kind, name, count: rejected, accepted: accepted > 0 }))
  }
}

/** @see noteOtherVersions, of the filters whose configuration is discovered (ECDS) */
export function noteOtherFilters(traceState: TraceState, filters: readonly JsonObject[]): void {
  for (const { name, config_discovery: discovery } of filters)
    if (isObject(discovery)) noteOtherVersions(traceState, 'ecds', stringOf(name) ?? '')
}

/** Where statistics count rejected updates by the name of the resource: a cluster's are those of its endpoints. */
const updatesOf: Readonly<Partial<Record<VersionedKind, string>>> = {
  listeners: 'LDS',
  routes: 'RDS',
  clusters: 'EDS',
  ecds: 'ECDS',
}

/** Warns that a listener for this very destination exists, and does not serve. */
export function noteMissedListener(hop: HopDraft, { name, state, error }: Entry, destination: string): void {
  const which = { listener: name, destination }
  warn(
    hop,
    state === 'error'
      ? because('listener-rejected', { ...which, error: error?.details })
      : because('listener-warming', which),
  )
}

function aboutVersion(
  kind: VersionedKind,
  { name, state, error, resource: config }: Entry,
  dump: ConfigDump,
  isOnly: boolean,
): Warning | undefined {
  const which = { kind, name, ...(isOnly ? { isOnly } : {}) }
  if (state === 'error')
    return because('newer-version-rejected', { ...which, lastAttempt: error?.lastAttempt, error: error?.details })
  if (state === 'warming') {
    const secrets = awaitedSecrets(config, missingSecrets(dump))
    return because('newer-version-warming', { ...which, secrets })
  }
  return state === 'draining' ? because('older-version-draining', which) : undefined
}
