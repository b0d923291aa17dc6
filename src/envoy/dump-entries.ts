import type { Entry, ErrorState } from './config-dump.ts'
import type { Member } from './input/section.ts'
import { isObject, type Json, type JsonObject, objectsOf, stringOf } from './json.ts'
import { toSnakeCase } from './proto-json.ts'
import { type Kind, type State, sections } from './sections.ts'

/**
 * The entries of one section, list by list. Each state of a listener is an entry of its own, and so is an update that Envoy
 * rejected. What has neither resource nor state is still an entry, so that nothing of a dump goes uncounted.
 */
export function entriesOf(kind: Kind, section: JsonObject): Entry[] {
  if (kind === 'bootstrap')
    return [new DumpEntry({ kind, state: 'static', wrapper: section, resource: field(section, 'bootstrap') })]
  const entries = sections[kind].lists.flatMap((list) =>
    objectsOf(field(section, list.field)).flatMap((wrapper) =>
      partsIn(kind, list.state, wrapper).map((parts) => new DumpEntry(parts)),
    ),
  )
  markEchoes(entries)
  return entries
}

/**
 * The same one at a time, of a section whose lists have not been parsed. An entry gives up what it holds when others have been
 * read since, and reads it again when asked.
 * @throws SyntaxError at the first read of a member that is not what it should be
 */
export function* entriesRead(kind: Kind, members: (list: string) => readonly Member[]): Generator<Entry> {
  const recent = new RecentlyRead()
  const rejections: DumpEntry[] = []
  for (const { field: list, state } of sections[kind].lists) {
    for (const member of [...members(list), ...members(camelCase(list))]) {
      const read = () => partsIn(kind, state, member.read())
      for (const [index, parts] of read().entries()) {
        const entry = new DumpEntry(parts, { size: member.size, recent, again: () => partAt(read(), index) })
        if (entry.error !== undefined) rejections.push(entry)
        yield entry
      }
    }
  }
  markEchoes(rejections)
}

function partAt(parts: readonly Parts[], index: number): Parts {
  const found = parts[index]
  if (found === undefined) throw new SyntaxError('the dump has changed while it was read')
  return found
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

function partsIn(kind: Kind, state: State, wrapper: JsonObject): Parts[] {
  const resource = field(wrapper, sections[kind].resource)
  const found: Parts[] = []
  if (Array.isArray(resource)) {
    found.push(...objectsOf(resource).map((item) => ({ kind, state, wrapper, resource: item })))
  } else if (isObject(resource)) {
    found.push({ kind, state, wrapper, resource })
  }
  for (const [name, ofState] of listenerStates) {
    const part = field(wrapper, name)
    if (!isObject(part)) continue
    const named = { resource: field(part, 'listener'), name: nameOf(kind, wrapper) }
    found.push({ kind, state: ofState, wrapper, part, ...named })
  }
  const rejected = field(wrapper, 'error_state')
  if (isObject(rejected)) found.push(rejection(kind, wrapper, rejected))
  if (found.length > 0) return found
  return [
    isWrapper(wrapper)
      ? { kind, state: 'unknown', wrapper, resource: undefined }
      : { kind, state, wrapper, part: {}, resource: wrapper },
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

function rejection(kind: Kind, wrapper: JsonObject, error: JsonObject): Parts {
  const failed = field(error, 'failed_configuration')
  const rejected = {
    details: stringOf(field(error, 'details')) ?? '',
    lastAttempt: stringOf(field(error, 'last_update_attempt')),
    version: stringOf(field(error, 'version_info')),
  }
  const name = nameOf(kind, wrapper)
  return { kind, state: 'error', wrapper, resource: failed, name, error: rejected }
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

/** How an entry whose section is not held gets back what it has given up. */
interface Reading {
  /** Bytes of its text. */
  readonly size: number
  readonly recent: RecentlyRead
  again(): Parts
}

/** What an entry holds of the parsed dump. */
interface Content {
  readonly wrapper: JsonObject
  readonly received: JsonObject
  resource?: JsonObject
}

class DumpEntry implements Entry {
  readonly kind: Kind
  readonly state: State
  readonly name: string
  readonly version: string | undefined
  readonly lastUpdated: string | undefined
  readonly error: ErrorState | undefined
  /** Whether the dump names the entry itself, not only the resource in it. */
  readonly hasOwnName: boolean
  echo = false
  readonly #reading: Reading | undefined
  #content: Content | undefined

  constructor(parts: Parts, reading?: Reading) {
    const { kind, state, wrapper, part = wrapper, name, error } = parts
    this.kind = kind
    this.state = state
    this.hasOwnName = name !== undefined
    this.error = error
    this.#reading = reading
    const { received } = this.#hold(parts)
    this.name = nameOf(kind, received) ?? name ?? nameOf(kind, part) ?? ''
    this.version = stringOf(field(part, 'version_info'))
    this.lastUpdated = stringOf(field(part, 'last_updated'))
  }

  get wrapper(): JsonObject {
    return this.#held().wrapper
  }

  get received(): JsonObject {
    return this.#held().received
  }

  get resource(): JsonObject {
    const content = this.#held()
    content.resource ??= objectFrom(toSnakeCase(content.received, sections[this.kind].type))
    return content.resource
  }

  /** Gives up what can be read again. */
  release(): void {
    this.#content = undefined
  }

  #held(): Content {
    if (this.#content !== undefined) return this.#content
    if (this.#reading === undefined) throw new Error('only what can be read again is released')
    return this.#hold(this.#reading.again())
  }

  #hold({ kind, wrapper, part = wrapper, resource, name }: Parts): Content {
    const received = isObject(resource) ? resource : nameOnly(kind, name ?? nameOf(kind, part))
    const content: Content = { wrapper, received }
    this.#content = content
    this.#reading?.recent.add(this, this.#reading.size)
    return content
  }
}

/** Bytes of text whose entries stay readable at once. */
const mostRecent = 2 ** 18

/** The entries that were read last; those before them give up what they hold. */
class RecentlyRead {
  #entries: { entry: DumpEntry; size: number }[] = []
  #first = 0
  #size = 0

  add(entry: DumpEntry, size: number): void {
    this.#entries.push({ entry, size })
    this.#size += size
    while (this.#size > mostRecent && this.#first < this.#entries.length - 1) {
      const oldest = this.#entries[this.#first++]
      oldest?.entry.release()
      this.#size -= oldest?.size ?? 0
    }
    if (this.#first > 1000) {
      this.#entries = this.#entries.slice(this.#first)
      this.#first = 0
    }
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
