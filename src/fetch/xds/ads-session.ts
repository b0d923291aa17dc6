import type { JsonObject } from '../../envoy/json.ts'
import { stringOf } from '../../envoy/json.ts'
import { anyJson, type MessageReader } from '../../envoy/protobuf/message-json.ts'
import { AppError } from '../../errors.ts'
import { type AskedKind, askedTypes } from './ads-types.ts'
import type { AnsweredResource, TypeAnswer, Variant } from './discovery-messages.ts'
import type { OpenCall } from './grpc.ts'

export interface SentResource {
  /** Of the resource where answers are incremental, else of all of its type. */
  readonly version: string
  /** Protobuf-JSON, with its `@type`. */
  readonly resource: JsonObject
}

/** What a control plane sent of one type. */
export interface SentKind {
  readonly version: string
  readonly resources: ReadonlyMap<string, SentResource>
  /** Names that were asked for and did not come. */
  readonly absent: readonly string[]
}

export interface AdsAnswer {
  /** A kind that was asked for and never answered is absent. */
  readonly kinds: ReadonlyMap<AskedKind, SentKind>
  readonly unanswered: readonly AskedKind[]
  /** What the control plane calls itself. */
  readonly identifier: string
  /** Types that came without being asked for, or inside of an answer for another; and resources without a name. */
  readonly strange: readonly string[]
}

interface Asking {
  /** Encoded. */
  readonly node: Uint8Array
  readonly variant: Variant
  readonly reader: MessageReader
  /** How errors name the control plane. */
  readonly label: string
  readonly patience?: Patience
}

/** Milliseconds: how long more of a whole answer is waited for, the rest of one that lacks names, and types without any answer. */
interface Patience {
  readonly whole: number
  readonly part: number
  readonly none: number
}

const usualPatience: Patience = { whole: 50, part: 1_000, none: 10_000 }

/**
 * Asks for clusters and listeners, then for the endpoints and routes that these name. Every answer is acknowledged, whatever it holds: a
 * control plane may count a rejection against the real proxy.
 * @throws AppError when nothing is answered, or what comes is no discovery; what `OpenCall.next` throws
 */
export async function adsSession(
  { node, variant, reader, label, patience = usualPatience }: Asking,
  open: OpenCall,
): Promise<AdsAnswer> {
  const conversation = new Conversation(variant, node, reader, open)
  conversation.begin()
  for (let wholeUntil: number | undefined; ; ) {
    const now = performance.now()
    if (conversation.isWhole) wholeUntil ??= now + patience.whole
    else wholeUntil = undefined
    if (wholeUntil !== undefined && now >= wholeUntil) break
    const wait = conversation.hasAllAnswers ? patience.part : patience.none
    const bytes = await open.next(wholeUntil === undefined ? wait : wholeUntil - now)
    if (bytes === undefined) break
    try {
      conversation.take(variant.answer(bytes))
    } catch (cause) {
      throw new AppError(`${label} did not answer with what a discovery service sends`, { cause })
    }
  }
  const answer = conversation.answer()
  if (answer.kinds.size > 0) return answer
  throw new AppError(
    `${label} accepted the request and sent nothing: it has no configuration for a proxy like this one`,
    {
      code: 'no-answer',
    },
  )
}

interface KindState {
  /** Names in the order they became known; undefined until the kind is asked for. */
  wanted: Set<string> | undefined
  answered: boolean
  version: string
  nonce: string
  readonly absent: Set<string>
  readonly resources: Map<string, SentResource>
}

class Conversation {
  readonly #variant: Variant
  readonly #reader: MessageReader
  readonly #open: OpenCall
  readonly #strange = new Set<string>()
  readonly #kinds = new Map<AskedKind, KindState>()
  #node: Uint8Array | undefined
  #identifier = ''

  constructor(variant: Variant, node: Uint8Array, reader: MessageReader, open: OpenCall) {
    this.#variant = variant
    this.#node = node
    this.#reader = reader
    this.#open = open
    for (const kind of ['clusters', 'listeners', 'endpoints', 'routes'] as const) {
      const state = { wanted: undefined, answered: false, version: '', nonce: '', absent: new Set<string>() }
      this.#kinds.set(kind, { ...state, resources: new Map() })
    }
  }

  begin(): void {
    this.#ask('clusters', [])
    this.#ask('listeners', [])
  }

  /** All that was asked for has an answer of some kind. */
  get hasAllAnswers(): boolean {
    return this.#asked().every(([, { answered }]) => answered)
  }

  get isWhole(): boolean {
    return this.#asked().every(([, state]) => state.answered && missing(state).every((name) => state.absent.has(name)))
  }

  take(answer: TypeAnswer): void {
    const [kind, state] = this.#asked().find(([each]) => askedTypes[each].typeUrl === answer.typeUrl) ?? []
    if (answer.identifier !== '') this.#identifier = answer.identifier
    if (kind === undefined || state === undefined) {
      this.#strange.add(answer.typeUrl)
      return
    }
    const { nameField, next, names } = askedTypes[kind]
    Object.assign(state, { answered: true, version: answer.version, nonce: answer.nonce })
    if (this.#replaces(kind)) state.resources.clear()
    for (const name of answer.removed) {
      state.resources.delete(name)
      state.absent.add(name)
    }
    for (const each of answer.resources)
      this.#put(state, each, { nameField, typeUrl: answer.typeUrl, version: answer.version })
    this.#acknowledge(kind, state)
    if (next === undefined) return
    const found = [...state.resources.values()].flatMap(({ resource }) => names(resource))
    if (found.length > 0) this.#ask(next, found)
  }

  answer(): AdsAnswer {
    const asked = this.#asked()
    const kinds = new Map<AskedKind, SentKind>()
    for (const [kind, state] of asked) {
      const { version, resources } = state
      if (state.answered) kinds.set(kind, { version, resources, absent: missing(state) })
    }
    // Where nothing names endpoints or routes there are none.
    const none = { version: '', resources: new Map<string, SentResource>(), absent: [] }
    if (kinds.has('clusters') && this.#kinds.get('endpoints')?.wanted === undefined) kinds.set('endpoints', none)
    if (kinds.has('listeners') && this.#kinds.get('routes')?.wanted === undefined) kinds.set('routes', none)
    return {
      kinds,
      unanswered: asked.filter(([, { answered }]) => !answered).map(([kind]) => kind),
      identifier: this.#identifier,
      strange: [...this.#strange].sort(),
    }
  }

  #asked(): [AskedKind, KindState][] {
    return [...this.#kinds].filter(([, { wanted }]) => wanted !== undefined)
  }

  /** An answer that is not incremental has all clusters, all listeners; of the others it may have a part. */
  #replaces(kind: AskedKind): boolean {
    return this.#variant.isWhole && askedTypes[kind].next !== undefined
  }

  #put(
    state: KindState,
    { name, version, message }: AnsweredResource,
    of: { nameField: string; typeUrl: string; version: string },
  ): void {
    if (message.typeUrl !== of.typeUrl) {
      this.#strange.add(message.typeUrl)
      return
    }
    const resource = anyJson(this.#reader, message.typeUrl, message.value)
    const key = stringOf(resource[of.nameField]) ?? name
    if (key === undefined) this.#strange.add(`${message.typeUrl} without a name`)
    else state.resources.set(key, { version: version ?? of.version, resource })
  }

  #ask(kind: AskedKind, names: readonly string[]): void {
    const state = this.#kinds.get(kind)
    if (state === undefined) return
    const known = state.wanted
    const added = [...new Set(names)].filter((name) => known?.has(name) !== true)
    if (known !== undefined && added.length === 0) return
    state.wanted = new Set([...(known ?? []), ...added])
    this.#send(kind, state, added)
  }

  #acknowledge(kind: AskedKind, state: KindState): void {
    this.#send(kind, state, [])
  }

  #send(kind: AskedKind, { wanted, version, nonce }: KindState, added: readonly string[]): void {
    const { typeUrl } = askedTypes[kind]
    const request = { typeUrl, names: [...(wanted ?? [])], added, version, nonce, node: this.#node }
    this.#node = undefined
    // Names that are added to an incremental subscription are no acknowledgement: that was sent before.
    this.#open.send(
      this.#variant.request(added.length > 0 && !this.#variant.isWhole ? { ...request, nonce: '' } : request),
    )
  }
}

function missing({ wanted, resources }: KindState): string[] {
  return [...(wanted ?? [])].filter((name) => !resources.has(name))
}
