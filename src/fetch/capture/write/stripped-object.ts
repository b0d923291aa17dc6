import { isObject, type Json, type JsonObject, objectOf, objectsOf } from '../../../envoy/json.ts'
import { isCredentialName } from '../../../envoy/redaction/credentials.ts'
import { redacted } from '../../../envoy/redaction/placeholders.ts'

/** Annotations that hold another object, or the environment of its containers. */
const copies = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'proxy.istio.io/config',
  'proxy.istio.io/overrides',
])

/**
 * An object of the API without what a capture never has, redacted or not: values of environment variables, who wrote which field, and the
 * templates of workloads, whose pods are captured themselves.
 */
export function strippedObject(object: JsonObject): JsonObject {
  const { metadata, spec, ...rest } = object
  const { managedFields: _, annotations, ...named } = objectOf(metadata)
  const kept = Object.entries(objectOf(annotations)).filter(([name]) => !copies.has(name))
  const { template: __, jobTemplate: ___, ...own } = objectOf(spec)
  return {
    ...rest,
    metadata: { ...named, ...(annotations === undefined ? {} : { annotations: Object.fromEntries(kept) }) },
    ...(spec === undefined ? {} : { spec: withoutEnvironment(own, '') }),
  }
}

/**
 * A route or policy with its status, and of its specification what it is for: headers and bodies that it sets can hold anything.
 */
export function statusOnly(object: JsonObject): JsonObject {
  const { metadata, status } = withTimes(object)
  const { hostnames, parentRefs, targetRef, targetRefs, virtualhost } = objectOf(object.spec)
  const { fqdn } = objectOf(virtualhost)
  const spec = {
    hostnames,
    parentRefs,
    targetRef,
    targetRefs,
    ...(fqdn === undefined ? {} : { virtualhost: { fqdn } }),
  }
  const known = Object.entries(spec).filter(([, value]) => value !== undefined)
  return { metadata, spec: Object.fromEntries(known), ...(status === undefined ? {} : { status }) }
}

/**
 * A VirtualService or another object of Istio's networking, without the values of headers that it sets or asks for and without bodies: these
 * can hold anything.
 */
export function withoutFreeText(object: JsonObject): JsonObject {
  const { spec, ...rest } = withTimes(object)
  return { ...rest, ...(spec === undefined ? {} : { spec: hidden(spec) }) }
}

/** A stripped object that still says when it was changed, which is all that is looked up of who manages its fields. */
function withTimes(object: JsonObject): JsonObject {
  const { managedFields } = objectOf(object.metadata)
  const stripped = strippedObject(object)
  if (managedFields === undefined) return stripped
  const times = objectsOf(managedFields).map(({ time, subresource }) => ({
    ...(time === undefined ? {} : { time }),
    ...(subresource === undefined ? {} : { subresource }),
  }))
  return { ...stripped, metadata: { ...objectOf(stripped.metadata), managedFields: times } }
}

/** Members with values of headers, cookies and query parameters, in match conditions and changes; and with bodies. */
const freeText = new Set(['set', 'add', 'headers', 'withoutHeaders', 'queryParams', 'body'])

function hidden(value: Json): Json {
  if (Array.isArray(value)) return value.map(hidden)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      inner === undefined ? inner : freeText.has(name) && !hasChanges(inner) ? everyValueHidden(inner) : hidden(inner),
    ]),
  )
}

const changes = new Set(['set', 'add', 'remove'])

/** `headers` of a route holds changes by direction, that of a match holds conditions by header. */
function hasChanges(value: Json): boolean {
  return (
    isObject(value) &&
    Object.entries(value).every(
      ([name, inner]) =>
        (name === 'request' || name === 'response') && Object.keys(objectOf(inner)).every((key) => changes.has(key)),
    )
  )
}

function everyValueHidden(value: Json): Json {
  if (Array.isArray(value)) return value.map(everyValueHidden)
  if (!isObject(value)) return typeof value === 'string' ? redacted : value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, inner === undefined ? inner : everyValueHidden(inner)]),
  )
}

function withoutEnvironment(value: Json, key: string): Json {
  if (Array.isArray(value)) {
    if (key === 'env') return value.map((variable) => (isObject(variable) ? withoutValue(variable) : variable))
    if (key === 'args' || key === 'command') return withoutSecretArguments(value)
    return value.map((item) => withoutEnvironment(item, ''))
  }
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, inner === undefined ? inner : withoutEnvironment(inner, name)]),
  )
}

function withoutValue({ value: _, ...variable }: JsonObject): JsonObject {
  return variable
}

/** `--password` and what follows it, the password of `-u user:password`; `--password=…` is known by its form. */
function withoutSecretArguments(words: readonly Json[]): Json[] {
  return words.map((word, at) => {
    const before = words[at - 1]
    if (typeof before !== 'string' || typeof word !== 'string' || word.startsWith('-')) return word
    if (/^(?:-u|--user)$/.test(before)) return word.replace(/^([^:/]+:)(?!\d+$).+$/s, `$1${redacted}`)
    return /^--?[\w-]+$/.test(before) && isCredentialName(before) ? redacted : word
  })
}
