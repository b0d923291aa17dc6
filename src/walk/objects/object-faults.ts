import { type Json, type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import type { ApiObjectName, ObjectCondition } from '../../semantics/reasons/api-objects/object-status.ts'

/** Conditions that are a fault where they are True. (Gateway API, Envoy Gateway) */
const faultsWhenTrue: ReadonlySet<string> = new Set([
  'Conflicted',
  'PartiallyInvalid',
  'OverlappingTLSConfig',
  'Overridden',
])

/** Conditions that only inform: neither True nor False is a fault. (Envoy Gateway) */
const informational: ReadonlySet<string> = new Set(['Merged', 'Aggregated'])

/**
 * What the status of an object says against it: its own conditions, those for each Gateway (`parents`, `ancestors`) and each listener,
 * and of an HTTPProxy each error by itself. Equal ones once; in a fixed order, for controllers write them in any.
 */
export function faultsOf(object: JsonObject): readonly ObjectCondition[] {
  const found = new Map<string, ObjectCondition>()
  for (const fault of conditionsOf(object).flatMap(faults)) found.set(JSON.stringify(fault), fault)
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, fault]) => fault)
}

/** A Gateway without what its status says of its listeners: the fault of one does not concern a request to another. */
export function withoutListeners(object: JsonObject): JsonObject {
  const { listeners: _, ...status } = objectOf(object.status)
  return { ...object, status }
}

/** What an object is attached to by its status: `Gateway eg.edge (http)`. */
export function attachedTo(object: JsonObject): readonly string[] {
  return [...new Set(conditionsOf(object).flatMap(({ about }) => about ?? []))]
}

/** The generation of an object and the one that its status is about, where these differ; undefined where the status is current. */
export function outdated(object: JsonObject): { readonly generation?: number; readonly observed?: number } | undefined {
  const conditions = conditionsOf(object)
  if (conditions.length === 0) return {}
  const generation = numberOf(objectOf(object.metadata).generation)
  const seen = conditions.flatMap(({ condition }) => numberOf(condition.observedGeneration) ?? [])
  if (generation === undefined || seen.length === 0) return undefined
  const observed = seen.reduce((most, one) => Math.max(most, one))
  return observed < generation ? { generation, observed } : undefined
}

interface ConditionOf {
  readonly condition: JsonObject
  readonly about: string | undefined
}

function conditionsOf({ metadata, status }: JsonObject): readonly ConditionOf[] {
  const { conditions, parents, ancestors, listeners } = objectOf(status)
  const namespace = stringOf(objectOf(metadata).namespace) ?? ''
  const listed = (list: Json | undefined, about: string | undefined) =>
    objectsOf(list).map((condition): ConditionOf => ({ condition, about }))
  return [
    ...listed(conditions, undefined),
    ...objectsOf(parents).flatMap((parent) => listed(parent.conditions, referenceText(parent.parentRef, namespace))),
    ...objectsOf(ancestors).flatMap((one) => listed(one.conditions, referenceText(one.ancestorRef, namespace))),
    ...objectsOf(listeners).flatMap((one) => listed(one.conditions, `listener ${stringOf(one.name) ?? ''}`)),
  ]
}

/** (gateway.networking.k8s.io, ParentReference) */
function referenceText(reference: Json | undefined, own: string): string {
  const { kind, name, namespace, sectionName } = objectOf(reference)
  const section = stringOf(sectionName)
  const place = `${stringOf(name) ?? ''}.${stringOf(namespace) ?? own}`
  return `${stringOf(kind) ?? 'Gateway'} ${place}${section === undefined ? '' : ` (${section})`}`
}

function faults({ condition, about }: ConditionOf): ObjectCondition[] {
  const type = stringOf(condition.type) ?? ''
  const status = stringOf(condition.status) ?? ''
  const isFault = faultsWhenTrue.has(type) ? status === 'True' : status !== 'True' && !informational.has(type)
  if (!isFault) return []
  const fault = { type, status, ...(about === undefined ? {} : { about }) }
  // (projectcontour.io, DetailedCondition)
  const errors = objectsOf(condition.errors)
  return (errors.length === 0 ? [condition] : errors).map(({ reason, message }) => ({
    ...fault,
    ...(stringOf(reason) === undefined ? {} : { reason: stringOf(reason) }),
    ...(stringOf(message) === undefined ? {} : { message: stringOf(message) }),
  }))
}

/** The name of an object that the API server gave. @param kind lists leave it out */
export function nameOfObject({ metadata }: JsonObject, kind: string): ApiObjectName {
  const { name, namespace } = objectOf(metadata)
  return { kind, name: stringOf(name) ?? '', namespace: stringOf(namespace) ?? '' }
}
