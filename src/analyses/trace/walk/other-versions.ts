import { awaitedSecrets, missingSecrets } from '../../../envoy/certificates/awaited-secrets.ts'
import type { ConfigDump, Entry } from '../../../envoy/dump/config-dump.ts'
import type { Kind } from '../../../envoy/kinds.ts'
import type { Hop } from './trace-result.ts'
import type { Walk } from './walk.ts'
import { warn } from './warn.ts'

/** Warns on the current hop that the resource it uses is not the only one of its name: Envoy rejected another, or waits with it. */
export function noteOtherVersions({ index, hops }: Walk, kind: keyof typeof words, name: string): void {
  const hop = hops.at(-1)
  for (const entry of index.others(kind, name))
    if (hop !== undefined) warnOnce(hop, aboutVersion(kind, entry, index.dump))
}

/** Warns that a listener for this very destination exists, and does not serve. */
export function noteMissedListener(hop: Hop, { name, state, error }: Entry, destination: string): void {
  const why =
    state === 'error' ? `was rejected by Envoy: ${error?.details ?? 'it does not say why'}` : `is only ${state}`
  warnOnce(hop, `listener ${name} for ${destination} ${why}`)
}

const words = {
  listeners: 'listener',
  routes: 'route configuration',
  clusters: 'cluster',
} as const satisfies Partial<Record<Kind, string>>

function aboutVersion(
  kind: keyof typeof words,
  { name, state, error, resource: config }: Entry,
  dump: ConfigDump,
): string | undefined {
  const resource = `${words[kind]} ${name}`
  if (state === 'error') {
    const at = error?.lastAttempt === undefined ? '' : ` at ${error.lastAttempt}`
    return `Envoy rejected a newer version of ${resource}${at}: ${error?.details ?? 'it does not say why'}`
  }
  if (state === 'warming') {
    const secrets = awaitedSecrets(config, missingSecrets(dump))
    const waiting = secrets.length === 0 ? '' : `; it waits for secret ${secrets.join(', ')}`
    return `a newer version of ${resource} is warming: Envoy does not use it yet${waiting}`
  }
  if (state === 'draining') return `an older version of ${resource} is draining: connections from before still use it`
  return undefined
}

function warnOnce(hop: Hop, warning: string | undefined): void {
  if (warning !== undefined && !hop.warnings?.includes(warning)) warn(hop, warning)
}
