/** A condition in the status of an object of the API that is not as it should be. */
export interface ObjectCondition {
  /** `Accepted`, `ResolvedRefs`, `Valid` */
  readonly type: string
  readonly status: string
  readonly reason?: string | undefined
  readonly message?: string | undefined
  /** What it is about: the Gateway that a route is attached to, or a listener. Absent for the whole object. */
  readonly about?: string | undefined
}

/** An object of the API. */
export interface ApiObjectName {
  readonly kind: string
  readonly name: string
  readonly namespace: string
}

export interface ObjectAtFault extends ApiObjectName {
  readonly conditions: readonly ObjectCondition[]
}

export interface ObjectWithoutStatus extends ApiObjectName {
  /** Of the object, and the one that its status is about; both absent where it has no status. */
  readonly generation?: number | undefined
  readonly observed?: number | undefined
}

export interface ObjectOfHost extends ApiObjectName {
  readonly host: string
  /** What it is attached to: `Gateway eg.edge (http)`. */
  readonly attachedTo: readonly string[]
}

export interface UnnamedHost {
  readonly host: string
  /** Kinds that were looked through. */
  readonly kinds: readonly string[]
}

export interface PolicyOnRoute extends ApiObjectName {
  /** `HTTPRoute guarded.edge` */
  readonly target: string
}

/** `HTTPRoute plain.edge` */
export function objectName({ kind, name, namespace }: ApiObjectName): string {
  return `${kind} ${name}.${namespace}`
}

/** Conditions that are listed before the rest is only counted, and characters of a message: a controller may write pages. */
const maxConditions = 4
const maxMessage = 300

export function objectAtFaultText({ conditions, ...object }: ObjectAtFault): string {
  const told = conditions.slice(0, maxConditions).map(conditionText)
  const rest = conditions.length - told.length
  return `${objectName(object)}: ${told.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`
}

function conditionText({ type, status, reason, message = '', about }: ObjectCondition): string {
  const why = [reason, shortened(message)].filter(Boolean).join(': ')
  return `${type} is ${status}${about === undefined ? '' : ` for ${about}`}${why === '' ? '' : ` (${why})`}`
}

function shortened(message: string): string {
  const line = message.trim().replace(/\s+/g, ' ').replace(/\.$/, '')
  return line.length > maxMessage ? `${line.slice(0, maxMessage)}…` : line
}

export function objectWithoutStatusText({ generation, observed, ...object }: ObjectWithoutStatus): string {
  return generation === undefined || observed === undefined
    ? `no control plane has written a status of ${objectName(object)}`
    : `the status of ${objectName(object)} is about generation ${observed}, and the object is at ${generation}`
}

export function objectOfHostText({ host, attachedTo, ...object }: ObjectOfHost): string {
  const where = attachedTo.length === 0 ? '' : ` for ${attachedTo.join(', ')}`
  return `${objectName(object)} names ${host}${where}, and its status has no fault`
}

export function unnamedHostText({ host, kinds }: UnnamedHost): string {
  const last = kinds.at(-1) ?? ''
  const listed = kinds.length < 2 ? last : `${kinds.slice(0, -1).join(', ')} or ${last}`
  return `no ${listed} names ${host}`
}

export function policyOnRouteText({ target, ...policy }: PolicyOnRoute): string {
  return `${objectName(policy)} applies to ${target}`
}
