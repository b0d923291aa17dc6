import { isObject, type Json, type JsonObject, stringOf } from '../json.ts'
import { type Kind, type State, sections } from '../kinds.ts'
import { toPlainNames } from '../proto-json/proto-json.ts'
import type { Entry, ErrorState } from './config-dump.ts'
import { field } from './dump-field.ts'
import type { Member } from './section.ts'

/** What an entry is made from. */
export interface Parts {
  readonly kind: Kind
  readonly state: State
  readonly wrapper: JsonObject
  readonly position: number
  /** The part of the wrapper that holds the version and the time of this state; the wrapper itself when absent. */
  readonly part?: JsonObject
  readonly resource: Json | undefined
  readonly name?: string | undefined
  readonly error?: ErrorState
}

/** How the entries of a list that is not held get back what they have given up: one for all of them, of which there may be 100,000. */
export interface Reading {
  readonly recent: RecentlyRead
  /** All entries of a member. */
  again(member: Member): readonly Parts[]
}

/** What an entry holds of the parsed dump. */
interface Content {
  readonly wrapper: JsonObject
  readonly received: JsonObject
  resource?: JsonObject
}

/** An entry over the parsed dump; of a section that is not held, what is read again on demand. */
export class DumpEntry implements Entry {
  readonly kind: Kind
  readonly state: State
  readonly name: string
  readonly version: string | undefined
  readonly lastUpdated: string | undefined
  readonly error: ErrorState | undefined
  /** Whether the dump names the entry itself, not only the resource in it. */
  readonly hasOwnName: boolean
  readonly member: object
  readonly position: number
  isDuplicate = false
  readonly #reading: Reading | undefined
  #content: Content | undefined

  /** @param place the list and the member that it can be read from again */
  constructor(parts: Parts, place?: { readonly reading: Reading; readonly member: Member }) {
    const { kind, state, wrapper, part = wrapper, name, error } = parts
    this.kind = kind
    this.state = state
    this.member = place?.member ?? wrapper
    this.position = parts.position
    this.hasOwnName = name !== undefined
    this.error = error
    this.#reading = place?.reading
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
    content.resource ??= objectFrom(toPlainNames(content.received, sections[this.kind].type))
    return content.resource
  }

  /** Gives up what can be read again. */
  release(): void {
    this.#content = undefined
  }

  #held(): Content {
    if (this.#content !== undefined) return this.#content
    if (this.#reading === undefined) throw new Error('only what can be read again is released')
    const parts = this.#reading.again(this.member as Member)[this.position]
    if (parts === undefined) throw new SyntaxError('the dump has changed while it was read')
    return this.#hold(parts)
  }

  #hold({ kind, wrapper, part = wrapper, resource, name }: Parts): Content {
    const received = isObject(resource) ? resource : nameOnly(kind, name ?? nameOf(kind, part))
    const content: Content = { wrapper, received }
    this.#content = content
    this.#reading?.recent.add(this, (this.member as Member).size)
    return content
  }
}

/** The entries that were read last; those before them give up what they hold. */
export class RecentlyRead {
  readonly #max: number
  #entries: { entry: DumpEntry; size: number }[] = []
  #first = 0
  #size = 0

  /** @param most bytes of text whose entries are held at a time */
  constructor(max: number) {
    this.#max = max
  }

  add(entry: DumpEntry, size: number): void {
    this.#entries.push({ entry, size })
    this.#size += size
    while (this.#size > this.#max && this.#first < this.#entries.length - 1) {
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

/** The name that a resource, or the dump's entry around it, has. */
export function nameOf(kind: Kind, value: JsonObject): string | undefined {
  if (kind === 'bootstrap') return 'bootstrap'
  return stringOf(field(value, sections[kind].name))
}

function nameOnly(kind: Kind, name: string | undefined): JsonObject {
  return name === undefined ? {} : { [sections[kind].name]: name }
}
