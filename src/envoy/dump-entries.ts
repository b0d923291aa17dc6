import type { Entry, ErrorState } from './config-dump.ts'
import { isObject, type Json, type JsonObject, objectsOf, stringOf } from './json.ts'
import { toSnakeCase } from './proto-json.ts'
import { type Kind, type State, sections } from './sections.ts'

/**
 * The entries of one section, list by list. Each state of a listener is an entry of its own, and so is an update that Envoy
 * rejected. What has neither resource nor state is still an entry, so that nothing of a dump goes uncounted.
 */
export function entriesOf(kind: Kind, section: JsonObject): Entry[] {
  if (kind === 'bootstrap') return [new DumpEntry({ kind, state: 'static', wrapper: section, resource: field(section, 'bootstrap') })]
  const entries = sections[kind].lists.flatMap((list) =>
    objectsOf(field(section, list.field)).flatMap((wrapper) => entriesIn(kind, list.state, wrapper)),
  )
  markEchoes(entries)
  return entries
}

function markEchoes(entries: readonly DumpEntry[]): void {
  const key = ({ name, error }: Entry) => `${name}\n${error?.details}`
  const rejections = entries.filter(({ error }) => error !== undefined)
  const named = new Set(rejections.filter(({ hasOwnName }) => hasOwnName).map(key))
  for (const entry of rejections) entry.echo = !entry.hasOwnName && named.has(key(entry))
}

/** The states of one member of `dynamic_listeners`. */
const listenerStates = [
  ['active_state', 'active'],
  ['warming_state', 'warming'],
  ['draining_state', 'draining'],
] as const satisfies readonly (readonly [string, State])[]

function entriesIn(kind: Kind, state: State, wrapper: JsonObject): DumpEntry[] {
  const resource = field(wrapper, sections[kind].resource)
  const found: DumpEntry[] = []
  if (Array.isArray(resource)) {
    found.push(...objectsOf(resource).map((item) => new DumpEntry({ kind, state, wrapper, resource: item })))
  } else if (isObject(resource)) {
    found.push(new DumpEntry({ kind, state, wrapper, resource }))
  }
  for (const [name, ofState] of listenerStates) {
    const part = field(wrapper, name)
    if (!isObject(part)) continue
    const named = { resource: field(part, 'listener'), name: nameOf(kind, wrapper) }
    found.push(new DumpEntry({ kind, state: ofState, wrapper, part, ...named }))
  }
  const rejected = field(wrapper, 'error_state')
  if (isObject(rejected)) found.push(rejection(kind, wrapper, rejected))
  if (found.length > 0) return found
  return [
    isWrapper(wrapper)
      ? new DumpEntry({ kind, state: 'unknown', wrapper, resource: undefined })
      : new DumpEntry({ kind, state, wrapper, part: {}, resource: wrapper }),
  ]
}

/** Whether this is the dump's wrapper around a resource, not a bare resource (map-shaped dumps, istioctl's lists). */
function isWrapper(value: JsonObject): boolean {
  const own = new Set([
    'name',
    'version_info',
    'last_updated',
    'client_status',
    'versionInfo',
    'lastUpdated',
    'clientStatus',
  ])
  return Object.entries(value).every(([key, item]) => own.has(key) || isSectionType(key, item))
}

/** With `?resource=` a wrapper stands for a section and has its type. */
function isSectionType(key: string, value: Json | undefined): boolean {
  return key === '@type' && typeof value === 'string' && value.includes('ConfigDump.')
}

function rejection(kind: Kind, wrapper: JsonObject, error: JsonObject): DumpEntry {
  const failed = field(error, 'failed_configuration')
  const rejected = {
    details: stringOf(field(error, 'details')) ?? '',
    lastAttempt: stringOf(field(error, 'last_update_attempt')),
    version: stringOf(field(error, 'version_info')),
  }
  const name = nameOf(kind, wrapper)
  return new DumpEntry({ kind, state: 'error', wrapper, resource: failed, name, error: rejected })
}

interface Parts {
  readonly kind: Kind
  readonly state: State
  readonly wrapper: JsonObject
  /** The part of the wrapper that holds the version and the time of this state; the wrapper itself when absent. */
  readonly part?: JsonObject
  readonly resource: Json | undefined
  readonly name?: string | undefined
  readonly error?: ErrorState
}

class DumpEntry implements Entry {
  readonly kind: Kind
  readonly state: State
  readonly wrapper: JsonObject
  readonly received: JsonObject
  readonly error: ErrorState | undefined
  echo = false
  readonly #part: JsonObject
  readonly #name: string | undefined
  #resource: JsonObject | undefined

  constructor({ kind, state, wrapper, part = wrapper, resource, name, error }: Parts) {
    this.kind = kind
    this.state = state
    this.wrapper = wrapper
    this.#part = part
    this.#name = name
    this.received = isObject(resource) ? resource : nameOnly(kind, name ?? nameOf(kind, part))
    this.error = error
  }

  /** Whether the dump names the entry itself, not only the resource in it. */
  get hasOwnName(): boolean {
    return this.#name !== undefined
  }

  get name(): string {
    return nameOf(this.kind, this.received) ?? this.#name ?? nameOf(this.kind, this.#part) ?? ''
  }

  get version(): string | undefined {
    return stringOf(field(this.#part, 'version_info'))
  }

  get lastUpdated(): string | undefined {
    return stringOf(field(this.#part, 'last_updated'))
  }

  get resource(): JsonObject {
    this.#resource ??= objectFrom(toSnakeCase(this.received, sections[this.kind].type))
    return this.#resource
  }
}

function objectFrom(value: Json): JsonObject {
  return isObject(value) ? value : {}
}

function nameOf(kind: Kind, value: JsonObject): string | undefined {
  if (kind === 'bootstrap') return 'bootstrap'
  return stringOf(field(value, sections[kind].name))
}

function nameOnly(kind: Kind, name: string | undefined): JsonObject {
  return name === undefined ? {} : { [sections[kind].name]: name }
}

/** A field of the dump's own messages, in the case it arrived in. */
function field(value: JsonObject, name: string): Json | undefined {
  return value[name] ?? value[camelCase(name)]
}

const camelNames = new Map<string, string>()

function camelCase(name: string): string {
  const known = camelNames.get(name)
  if (known !== undefined) return known
  const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  camelNames.set(name, camel)
  return camel
}
