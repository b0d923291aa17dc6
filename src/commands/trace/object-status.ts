import type { Context } from '../../contract/command.ts'
import { type ApiKind, allApiKindsOf, apiKindsOf } from '../../envoy/control-plane/api-kinds.ts'
import type { ControlPlane } from '../../envoy/control-plane/control-plane.ts'
import type { JsonObject } from '../../envoy/json.ts'
import type { Pod } from '../../mesh/pods/pod.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { endsInProxy } from '../../semantics/outcome.ts'
import { type ApiObjectName, objectName } from '../../semantics/reasons/api-objects/object-status.ts'
import { because, type Warning } from '../../semantics/reasons/reason.ts'
import { reasonText } from '../../semantics/reasons/reason-text.ts'
import { attachedTo, faultsOf, nameOfObject, outdated, withoutListeners } from '../../walk/objects/object-faults.ts'
import { namesHost, targets } from '../../walk/objects/object-hosts.ts'
import type { Alternative, Hop, Trace } from '../../walk/trace-result.ts'
import { type StatusObjects, statusObjects } from './status-objects.ts'

/**
 * Adds to a trace what the API server says of the objects behind a request that fails, as warnings of its last hop.
 * @param host that the request is for; without it the one that the trace names
 */
type WithObjectStatus = (trace: Trace, host?: string) => Promise<Trace>

/**
 * Reads objects of the control plane of a pod's proxy, live or from a capture. What may not be read is a note of one line; a file or a
 * URL leads to no cluster, and leaves a trace as it is.
 */
export function objectStatus({ id: { pod } }: MeshProxy, context: Context): WithObjectStatus {
  if (pod === undefined) return async (trace) => trace
  const objects = statusObjects(context)
  return async (trace, host) => {
    const alternatives: Alternative[] = []
    for (const alternative of trace.alternatives) {
      const found = await warningsOn({ alternative, plane: trace.controlPlane, pod, host }, objects)
      // Before the first listener there is no hop that could have them.
      if (alternative.hops.length === 0) for (const warning of found) context.note(`${reasonText(warning)}.`)
      alternatives.push(
        found.length === 0 ? alternative : { ...alternative, hops: withWarnings(alternative.hops, found) },
      )
    }
    return { ...trace, alternatives }
  }
}

function withWarnings(hops: readonly Hop[], more: readonly Warning[]): readonly Hop[] {
  return hops.map((hop, place) =>
    place === hops.length - 1 ? { ...hop, warnings: [...(hop.warnings ?? []), ...more] } : hop,
  )
}

interface Failed {
  readonly alternative: Alternative
  readonly plane: ControlPlane | undefined
  readonly pod: Pod
  readonly host: string | undefined
}

async function warningsOn(failed: Failed, objects: StatusObjects): Promise<readonly Warning[]> {
  const { outcome, hops } = failed.alternative
  const { kind, status = 0 } = outcome
  if (!endsInProxy.has(kind) && !(kind === 'directResponse' && status >= 500)) return []
  const behind = objectsBehind(hops.at(-1))
  const named = isWithoutRoute(kind) ? unique([...behind, ...gatewayOf(failed)]) : behind
  const isIn = kind !== 'noListener' && kind !== 'noFilterChain'
  return [
    ...(isWithoutRoute(kind) ? await objectsOfHost(failed, objects) : []),
    ...(await statusOf(named, failed.plane, objects, isIn)),
    ...(isAnswered(kind) ? await policiesOn(failed, behind, objects) : []),
  ]
}

/** A policy that cannot be put in force makes Envoy Gateway answer 500 in place of the route. */
function isAnswered(kind: Alternative['outcome']['kind']): boolean {
  return kind === 'denied' || kind === 'directResponse'
}

function isWithoutRoute(kind: Alternative['outcome']['kind']): boolean {
  return kind === 'noListener' || kind === 'noFilterChain' || kind === 'noRoute'
}

/** The objects that the configuration of a hop was made from, without those of unknown namespace: they cannot be looked up. */
function objectsBehind(hop: Hop | undefined): readonly ApiObjectName[] {
  const all = Object.values(hop?.objects ?? {}).flat()
  return unique(
    all.flatMap(({ kind, name, namespace }) => (namespace === undefined ? [] : [{ kind, name, namespace }])),
  )
}

function unique(objects: readonly ApiObjectName[]): readonly ApiObjectName[] {
  return [...new Map(objects.map((object) => [objectName(object), object])).values()]
}

/** The Gateway that a proxy is of, by the labels of its pod. */
function gatewayOf({ plane, pod }: Failed): readonly ApiObjectName[] {
  const [kind] = apiKindsOf(plane?.name).gateways
  const { nameLabels = [], namespaceLabel = '' } = plane?.gateways ?? {}
  const name = nameLabels.map((label) => pod.labels[label]).find((value) => value !== undefined)
  const namespace = pod.labels[namespaceLabel] ?? pod.namespace
  return kind === undefined || name === undefined ? [] : [{ kind: kind.kind, name, namespace }]
}

/** @param isIn whether the request came in by a listener */
async function statusOf(
  named: readonly ApiObjectName[],
  plane: ControlPlane | undefined,
  objects: StatusObjects,
  isIn: boolean,
): Promise<readonly Warning[]> {
  const kinds = allApiKindsOf(plane?.name)
  const found = await Promise.all(
    named.map(async (object) => {
      const kind = kinds.find((each) => each.kind === object.kind)
      const read = kind === undefined ? undefined : await objects.one(kind, object.namespace, object.name)
      return read === undefined ? [] : statusWarnings(object, isIn ? withoutListeners(read) : read)
    }),
  )
  return found.flat()
}

/** Warnings for the faults in the status of an object. */
function statusWarnings(object: ApiObjectName, read: JsonObject): Warning[] {
  const late = outdated(read)
  const conditions = faultsOf(read)
  return [
    ...(late === undefined ? [] : [because('object-without-status', { ...object, ...late })]),
    ...(conditions.length === 0 ? [] : [because('object-at-fault', { ...object, conditions })]),
  ]
}

/** Objects that are listed for a host; more can only be a mistake that the first ones show. */
const maxObjects = 5

/** Which objects name the host, where the proxy has no route for it. */
async function objectsOfHost(failed: Failed, objects: StatusObjects): Promise<readonly Warning[]> {
  const host = hostOf(failed)
  const kinds = apiKindsOf(failed.plane?.name).routes
  if (host === undefined || kinds.length === 0) return []
  const lists = await Promise.all(kinds.map(async (kind) => ({ kind, list: await objects.all(kind) })))
  const found = lists.flatMap(({ kind, list = [] }) =>
    list.map((read) => ({ kind, read, named: namesHost(read, kind, host) })).filter(({ named }) => named !== 'no'),
  )
  const isKnown = lists.some(({ list }) => list === undefined) || found.some(({ named }) => named === 'yes')
  const unnamed = because('host-in-no-object', { host, kinds: kinds.map(({ kind }) => kind) })
  const warnings = found.flatMap((object) => ofHost(object, host)).slice(0, maxObjects)
  return isKnown ? warnings : [unnamed, ...warnings]
}

interface Named {
  readonly kind: ApiKind
  readonly read: JsonObject
  readonly named: 'yes' | 'any' | 'no'
}

/** An object for all hosts of its Gateway is listed only where it has a fault. */
function ofHost({ kind, read, named }: Named, host: string): Warning[] {
  const object = nameOfObject(read, kind.kind)
  const against = statusWarnings(object, read)
  if (against.length > 0 || named !== 'yes') return against
  return [because('object-of-host', { ...object, host, attachedTo: attachedTo(read) })]
}

/** The host that has no route: what the reason names, else the domain that a virtual host has for it, else what was asked for. */
function hostOf({ alternative: { outcome, hops }, host }: Failed): string | undefined {
  const { reason } = outcome
  const named =
    reason.code === 'virtual-host-missing'
      ? reason.args.host
      : reason.code === 'filter-chain-missing' && reason.args.criterion === 'server_names'
        ? reason.args.value
        : (host ?? hops.at(-1)?.domain)
  const found = named?.toLowerCase().replace(/:\d+$/, '') ?? ''
  // A domain may be a wildcard, and a client may send no server name.
  return /^[^*()\s]+$/.test(found) ? found : undefined
}

/** A client certificate is asked for before there is a route. */
const ofConnection: ReadonlySet<string> = new Set(['client-certificate-missing', 'client-certificate-untrusted'])

/** Policies that can deny, and target one of the objects that the route comes from; where nothing is denied, those with a fault. */
async function policiesOn(
  failed: Failed,
  behind: readonly ApiObjectName[],
  objects: StatusObjects,
): Promise<readonly Warning[]> {
  const { kind: end, reason } = failed.alternative.outcome
  const { denying, connections } = apiKindsOf(failed.plane?.name)
  const isConnection = ofConnection.has(reason.code)
  const found = (isConnection ? connections : denying).flatMap((kind) =>
    (isConnection ? gatewayOf(failed) : behind).map(async (target) => {
      const policies = ((await objects.all(kind, target.namespace)) ?? []).filter((read) => targets(read, target))
      return policies.flatMap((read): Warning[] => {
        const policy = nameOfObject(read, kind.kind)
        const applies = because('policy-on-route', { ...policy, target: objectName(target) })
        return [...(end === 'denied' ? [applies] : []), ...statusWarnings(policy, read)]
      })
    }),
  )
  return (await Promise.all(found)).flat()
}
