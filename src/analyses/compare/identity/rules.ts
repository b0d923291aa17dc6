import { blocksOf } from '../../../envoy/certificates/loaded-certificates.ts'
import { secretParts } from '../../../envoy/certificates/secret-parts.ts'
import type { ConfigDump, Entry } from '../../../envoy/dump/config-dump.ts'
import { namesInUse, type SubscribedKind } from '../../../envoy/dump/names-in-use.ts'
import { isObject, type Json, objectOf } from '../../../envoy/json.ts'
import type { Change } from '../../diff/delta.ts'
import type { ComparableKind } from '../model/comparable-kinds.ts'
import type { ResourcePair } from '../model/comparison.ts'
import type { OwnFacts } from './own-facts.ts'
import type { OwnText } from './own-text.ts'

/** One of the two proxies that are compared. */
export interface Owner {
  readonly facts: OwnFacts
  readonly text: OwnText
}

export interface Owners {
  readonly before: Owner
  readonly after: Owner
}

/** A difference that comes of which pod a proxy runs in, and says nothing about its configuration. */
export interface IdentityRule {
  readonly name: IdentityRuleName
  readonly reason: string
  /** The kinds of resource that it is about; all without it. */
  readonly kinds?: readonly ComparableKind[]
  /** Whether it holds between these two at all. */
  applies?(owners: Owners): boolean
  /** A value as it would stand in any pod of the workload: two that are equal in this form differ only by the pod. */
  common?(value: Json, owner: Owner): Json
  /** Whether a change is one of these, whatever its values. */
  covers?(change: Change, pair: ResourcePair): boolean
  /** Whether a resource that only this proxy has is one of these. */
  coversWhole?(entry: Entry, dump: ConfigDump): boolean
}

export type IdentityRuleName = 'draining' | 'pod' | 'node-metadata' | 'build' | 'locality' | 'certificate'

/** THE list of rules; docs/diff.md has them in words. */
export const identityRules: readonly IdentityRule[] = [
  {
    name: 'pod',
    reason: "the pod's own name, addresses, node, node id and template hash, wherever they stand",
    common: (value, { text }) => text(value),
  },
  {
    name: 'node-metadata',
    reason:
      'what a proxy tells of its pod in the bootstrap: id, locality, the metadata of the pod, labels that each pod has',
    kinds: ['bootstrap'],
    covers: ({ steps: [first, second, third, fourth] }) =>
      isField(first, 'node') &&
      (isField(second, 'id') ||
        isField(second, 'locality') ||
        (isField(second, 'metadata') && third !== undefined && 'field' in third && podMetadata.has(third.field)) ||
        (isField(second, 'metadata') && isField(third, 'LABELS') && isPodLabel(fourth))),
  },
  {
    name: 'build',
    reason: 'the extensions that another version of Envoy has built in, of which the version is shown',
    kinds: ['bootstrap'],
    covers: ({ steps: [first, second] }, { before, after }) =>
      isField(first, 'node') && isField(second, 'extensions') && versionOf(before) !== versionOf(after),
  },
  {
    name: 'locality',
    reason: 'priorities and weights of localities, which depend on the locality of the proxy',
    kinds: ['endpoints', 'clusters'],
    applies: ({ before, after }) => before.facts.locality !== after.facts.locality,
    // Addresses stay: both proxies have both pods among their endpoints.
    common: withoutPriority,
  },
  {
    name: 'certificate',
    reason: "the proxy's own certificate and key: another serial and other dates for the same names of the same issuer",
    kinds: ['secrets'],
    covers: ({ steps: [first] }, { before, after }) =>
      isField(first, 'tls_certificate') &&
      before !== undefined &&
      after !== undefined &&
      holderOf(before) !== undefined &&
      holderOf(before) === holderOf(after),
  },
  {
    name: 'draining',
    reason:
      'a route configuration, secret or extension that nothing in use names: kept for connections of a removed listener or filter chain',
    kinds: ['routes', 'secrets', 'ecds'],
    coversWhole: ({ kind, name, state }, dump) =>
      // A route configuration of a listener itself is static, as is a secret of the bootstrap, which stays for ever.
      isSubscribed(kind) &&
      (state === 'active' || kind === 'routes') &&
      isWhole(dump) &&
      !namesInUse(dump, kind).has(name),
  },
]

function isSubscribed(kind: Entry['kind']): kind is SubscribedKind {
  return kind === 'routes' || kind === 'secrets' || kind === 'ecds'
}

/** Whether what a dump does not have in it is not in Envoy either: a masked one may lack what names a resource. */
function isWhole(dump: ConfigDump): boolean {
  return dump.cut === undefined && dump.has('bootstrap') && dump.has('listeners') && dump.has('clusters')
}

/** The version of Envoy, as its bootstrap tells it. */
function versionOf(bootstrap: ResourcePair['before']): string | undefined {
  const { user_agent_build_version } = objectOf(objectOf(bootstrap).node)
  return user_agent_build_version === undefined ? undefined : JSON.stringify(user_agent_build_version)
}

/** What istio-agent writes of the pod; the other metadata steers what the control plane sends. */
const podMetadata: ReadonlySet<string> = new Set([
  'NAME',
  'INSTANCE_IPS',
  'NODE_NAME',
  'POD_PORTS',
  'ANNOTATIONS',
  'PLATFORM_METADATA',
  'ISTIO_META_POD_NAME',
])

/**
 * Labels that controllers of Kubernetes give to each pod of a workload, or to those of one template.
 * https://kubernetes.io/docs/reference/labels-annotations-taints/
 */
const podLabels: ReadonlySet<string> = new Set([
  'apps.kubernetes.io/pod-index',
  'statefulset.kubernetes.io/pod-name',
  'batch.kubernetes.io/job-completion-index',
  'pod-template-hash',
  'controller-revision-hash',
])

function isPodLabel(step: Change['steps'][number] | undefined): boolean {
  return step !== undefined && 'field' in step && podLabels.has(step.field)
}

function isField(step: Change['steps'][number] | undefined, field: string): boolean {
  return step !== undefined && 'field' in step && step.field === field
}

function withoutPriority(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutPriority)
  if (!isObject(value) || !Array.isArray(value.lb_endpoints)) return value
  const { priority: _, load_balancing_weight: __, ...rest } = value
  return rest
}

/** Subjects and issuers of the certificates of a secret; undefined where they cannot be read. */
function holderOf(secret: ResourcePair['before']): string | undefined {
  const found = secretParts(objectOf(secret)).flatMap(blocksOf)
  if (found.length === 0) return undefined
  const texts = found.map((block) =>
    'certificate' in block
      ? `${block.certificate.subject} ${block.certificate.names.join(' ')} ${block.certificate.issuer}`
      : undefined,
  )
  return texts.includes(undefined) ? undefined : texts.join('\n')
}
