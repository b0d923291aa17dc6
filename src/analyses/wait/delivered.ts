import { type Provenance, provenanceOf } from '../../envoy/control-plane/provenance.ts'
import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import { isObject, type Json } from '../../envoy/json.ts'
import type { Verdict } from './wait-condition.ts'

/** An object of the API, and when it was changed last. */
export interface ChangedObject {
  readonly kind: string
  readonly name: string
  readonly namespace: string
  readonly generation: number | undefined
  /** Whole seconds, as the API server keeps them; undefined where it does not tell. */
  readonly changedAt: Date | undefined
}

/**
 * Whether the last change of an object has arrived. No control plane writes an object's generation into what it sends. Istio's versions
 * begin with the time of the push, so that a push of a later second than the change has it; where that cannot be told, the verdict
 * says so and is not met.
 * https://github.com/istio/istio/blob/master/pilot/pkg/xds/discovery.go (NextVersion)
 */
export function delivered(object: ChangedObject, dump: ConfigDump): Verdict {
  const holders = (['listeners', 'routes', 'clusters'] as const).flatMap((kind) =>
    dump.entries(kind).filter((entry) => isInUse(entry) && isMadeFrom(entry.resource, object, 0)),
  )
  const generation = object.generation === undefined ? 'the last change' : `generation ${object.generation}`
  if (holders.length === 0)
    return {
      met: false,
      reason: `no listener, route or cluster is made from it: it has not arrived, or is not for this proxy`,
    }
  const { changedAt } = object
  if (changedAt === undefined)
    return {
      met: false,
      reason: `it is loaded; the API server does not say when it was changed, so ${generation} cannot be told`,
    }
  const pushes = holders.map(({ version }) => pushTime(version))
  const [first, ...others] = pushes.filter((time) => time !== undefined)
  if (first === undefined || others.length + 1 < pushes.length)
    return {
      met: false,
      reason: `it is loaded; versions of this control plane hold no time, so ${generation} cannot be told`,
    }
  const oldest = others.reduce((least, time) => Math.min(least, time), first)
  const times = `changed at ${iso(changedAt.getTime())}, pushed at ${iso(oldest)}`
  if (oldest > changedAt.getTime()) return { met: true, reason: `${generation} is loaded: ${times}` }
  if (oldest === changedAt.getTime())
    return { met: false, reason: `it is loaded; ${times}: within one second, so ${generation} cannot be told` }
  return { met: false, reason: `an earlier generation is loaded: ${times}` }
}

function isInUse({ state }: Entry): boolean {
  return state === 'active' || state === 'static'
}

/** The time at which `2026-11-29T14:00:07Z/35` was pushed, in milliseconds since the epoch. */
function pushTime(version: string | undefined): number | undefined {
  const [, time] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\/\d+$/.exec(version ?? '') ?? []
  return time === undefined ? undefined : Date.parse(time)
}

function iso(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z')
}

const deepest = 100

/** Whether a resource, or a part of it, says that it comes from the object. */
function isMadeFrom(value: Json | undefined, object: ChangedObject, depth: number): boolean {
  if (depth > deepest || typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some((item) => isMadeFrom(item, object, depth + 1))
  const { metadata } = value
  if (isObject(metadata) && provenanceOf(metadata).some((found) => isIt(found, object))) return true
  return Object.values(value).some((inner) => isMadeFrom(inner, object, depth + 1))
}

function isIt({ kind, name, namespace }: Provenance, object: ChangedObject): boolean {
  return (
    kind.toLowerCase() === object.kind.toLowerCase() &&
    name === object.name &&
    (namespace === undefined || namespace === object.namespace)
  )
}
