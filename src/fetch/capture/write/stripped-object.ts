import { isObject, type Json, type JsonObject, objectOf } from '../../../envoy/json.ts'
import { isCredentialName } from '../../../envoy/redaction/credentials.ts'
import { redacted } from '../../../envoy/redaction/placeholders.ts'

/** Annotations that hold another object, or the environment of its containers. */
const copies = new Set(['kubectl.kubernetes.io/last-applied-configuration', 'proxy.istio.io/config'])

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
  const { metadata, status } = strippedObject(object)
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

/** `--password` and what follows it; `--password=…` is known by its form. */
function withoutSecretArguments(words: readonly Json[]): Json[] {
  return words.map((word, at) => {
    const before = words[at - 1]
    const isValue = typeof before === 'string' && /^--?[\w-]+$/.test(before) && isCredentialName(before)
    return isValue && typeof word === 'string' && !word.startsWith('-') ? redacted : word
  })
}
