import { type Provenance, provenanceOf } from '../../envoy/control-plane/provenance.ts'
import { pushTime } from '../../envoy/control-plane/push-time.ts'
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

/** What a control plane says of a type of resource in one proxy. */
export interface AcceptedPush {
  /** When the configuration that the proxy accepted last was worked out, in whole seconds; undefined where that is not told. */
  readonly time: Date | undefined
  /** Whether nothing was sent that the proxy has not accepted. */
  readonly isNewest: boolean
}

/** The kinds of resource that name the objects they are made from. */
export type ObjectHolder = (typeof holderKinds)[number]

const holderKinds = ['listeners', 'routes', 'clusters'] as const

/** What is known beside the dump. */
interface Beside {
  /** What the control plane of the proxy says of a kind; undefined where it was not asked or does not tell. */
  pushOf?(kind: ObjectHolder): AcceptedPush | undefined
  readonly now: Date
}

/**
 * Istio gathers changes for at most so many milliseconds before it pushes them (PILOT_DEBOUNCE_MAX, 10 s), and a second for the push.
 * https://istio.io/latest/docs/reference/commands/pilot-discovery/#envvars
 */
const longestGathering = 11_000

/** The API server and Istio keep whole seconds: within one, the order of two times is not known. */
const oneSecond = 1000

/**
 * Whether the last change of an object has arrived. No control plane writes an object's generation into what it sends, but Istio says when it
 * worked out what a proxy has accepted: in versions of resources, or (delta xDS has none) in the nonces that its debug interface lists. A
 * push of a later second than the change has it. One of the same second has it when for as long as Istio gathers changes nothing newer was
 * sent. Where that is not decidable, the verdict says so and is not met.
 */
export function delivered(object: ChangedObject, dump: ConfigDump, { pushOf, now }: Beside): Verdict {
  const holders = holderKinds.flatMap((kind) =>
    dump
      .entries(kind)
      .filter((entry) => isInUse(entry) && isMadeFrom(entry.resource, object, 0))
      .map((entry) => evidenceOf(entry, pushOf?.(kind))),
  )
  const generation = object.generation === undefined ? 'the last change' : `generation ${object.generation}`
  const [first, ...others] = holders
  if (first === undefined)
    return unmet('no listener, route or cluster is made from it: it has not arrived, or is not for this proxy')
  if (object.changedAt === undefined)
    return unmet(`it is loaded; the API server does not say when it was changed, so ${generation} cannot be decided`)
  const oldest = others.reduce((least, one) => (timeOf(one) < timeOf(least) ? one : least), first)
  const changed = object.changedAt.getTime()
  const { pushed, loaded, isNewest } = oldest
  const time = pushed ?? loaded
  if (time === undefined)
    return unmet(`it is loaded; nothing tells when it was pushed, so ${generation} cannot be decided`)
  const times = `changed at ${iso(changed)}, ${pushed === undefined ? 'loaded' : 'pushed'} at ${iso(time)}`
  if (time < changed) return unmet(`an earlier generation is loaded: ${times}`)
  // Envoy may load at any time after the change what was worked out before it.
  if (time >= changed + (pushed === undefined ? longestGathering : oneSecond))
    return { met: true, reason: `${generation} is loaded: ${times}` }
  if (isNewest && now.getTime() >= changed + longestGathering)
    return {
      met: true,
      reason: `${generation} is loaded: ${times}, and the control plane has sent nothing newer since`,
    }
  return unmet(
    isNewest
      ? `it is loaded; ${times}: ${generation} can be decided ${longestGathering / 1000} s after the change`
      : `it is loaded; ${times}: so close together that ${generation} cannot be decided`,
  )
}

function unmet(reason: string): Verdict {
  return { met: false, reason }
}

/** What tells how new a resource is, in milliseconds since the epoch. */
interface Evidence {
  readonly pushed: number | undefined
  /** When Envoy loaded it. */
  readonly loaded: number | undefined
  readonly isNewest: boolean
}

function evidenceOf({ version, lastUpdated }: Entry, push: AcceptedPush | undefined): Evidence {
  const [sent, accepted] = [pushTime(version)?.getTime(), push?.time?.getTime()]
  const loaded = Date.parse(lastUpdated ?? '')
  return {
    pushed: sent === undefined || accepted === undefined ? (sent ?? accepted) : Math.max(sent, accepted),
    loaded: Number.isNaN(loaded) ? undefined : loaded,
    isNewest: push?.isNewest === true,
  }
}

/** Of what nothing is known, nothing is decidable. */
function timeOf({ pushed, loaded }: Evidence): number {
  return pushed ?? loaded ?? Number.NEGATIVE_INFINITY
}

function isInUse({ state }: Entry): boolean {
  return state === 'active' || state === 'static'
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
