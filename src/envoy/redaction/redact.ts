import { platform } from '../../platform/node.ts'
import { isObject, type Json, type JsonObject, objectOf } from '../json.ts'
import { free, put, until } from './copied-members.ts'
import { isCredentialName, isOnlyScheme, withoutCredentials } from './credentials.ts'
import { type Hiding, hidingOf, isCredentialInput, wholeHidingOf } from './hiding.ts'
import { KeyLines } from './key-lines.ts'
import { isPlaceholder, placeholderFor, redacted } from './placeholders.ts'
import { holdsPrivateKey } from './private-keys.ts'
import { isPublicKeySet } from './public-key-set.ts'
import type { RedactOptions } from './redact-options.ts'
import { isSecretType, publicParts, shown, standsAsSecret } from './secret-places.ts'
import { type FieldRule, ruleOf } from './sensitive-fields.ts'
import { isSuspicious } from './suspicious.ts'

/**
 * A value with every secret in it hidden: fields that Envoy's API marks sensitive, in either case of their names, credentials in headers,
 * URLs, tokens and environment variables, and private keys in whatever form, wherever they stand. Envoy redacts its dumps itself; old
 * versions, control planes and bootstrap files do not. Names of files and environment variables stay. The value itself stays as it is:
 * what is hidden is hidden in a copy, which shares all else with it.
 */
export function redact<T>(value: T, options: RedactOptions = {}): T {
  return new Redaction(options).run(value as Json) as T
}

/** Levels walked by recursion. What is deeper waits in a queue, so that no input can exhaust the stack. */
const levels = 200

/** The name of the member that a value stands in, and that one's; items of a list stand where it does. */
interface Place {
  readonly key: string
  readonly parent: string
  readonly depth: number
}

type Change = (value: Json, place: Place) => Json

class Redaction {
  readonly #options: RedactOptions
  readonly #waiting: (() => void)[] = []
  readonly #keyLines = new KeyLines()
  constructor(options: RedactOptions) {
    this.#options = options
  }

  run(value: Json): Json {
    const hidden = this.#value(value, { key: '', parent: '', depth: 0 })
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) next()
    return hidden
  }

  readonly #value: Change = (value, { key, parent, depth }) => {
    if (typeof value === 'string') return this.#text(value, key)
    if (typeof value !== 'object' || value === null) return value
    return this.#walk(value, key, parent, depth)
  }

  /** The way of nearly all of a dump, in which nothing is hidden: no place is made for each member. */
  #walk(value: Json[] | JsonObject, key: string, parent: string, depth: number): Json {
    const level = depth >= levels ? 0 : depth + 1
    if (Array.isArray(value)) {
      if (level > 0) return this.#walkList(value, key, parent, level)
      return this.#later<Json[]>(value, (copy) => this.#walkList(value, key, parent, level, copy))
    }
    if (level > 0) return this.#walkObject(value, key, parent, level)
    return this.#later<JsonObject>(value, (copy) => this.#walkObject(value, key, parent, level, copy))
  }

  #walkList(list: Json[], key: string, parent: string, depth: number, to?: Json[]): Json[] {
    let copy = to
    for (let index = 0; index < list.length; index++) {
      const before = list[index] ?? null
      let after = before
      if (typeof before === 'string')
        after = index === 1 && key === 'headers' ? this.#ofHeader(list[0], before) : this.#text(before, key)
      else if (typeof before === 'object' && before !== null) after = this.#walk(before, key, parent, depth)
      if (copy === undefined && after !== before) copy = list.slice(0, index)
      copy?.push(after)
    }
    return copy ?? list
  }

  #walkObject(from: JsonObject, key: string, parent: string, depth: number, to?: JsonObject): Json {
    if (standsAsSecret(from, key, parent)) return this.#secret(from, { key, parent, depth }, to)
    let copy = to
    for (const name in from) {
      const before = from[name]
      let after = before
      let shownName = name
      const rule = ruleOf(name)
      if (rule === 'plain') {
        if (typeof before === 'string')
          after = key === 'headers' ? this.#ofHeader(name, before) : this.#text(before, name)
        else if (typeof before === 'object' && before !== null) after = this.#walk(before, name, key, depth)
      } else if (rule === 'type') {
        if (typeof before === 'string') {
          if (isSecretType(before)) return this.#secret(from, { key, parent, depth }, to)
          if (!before.startsWith('type.googleapis.com/')) after = this.#text(before, name)
        } else if (typeof before === 'object' && before !== null) after = this.#walk(before, name, key, depth)
      } else if (before !== undefined && before !== null && typeof before !== 'boolean') {
        after = this.#ruled(rule, before, { key: name, parent: key, depth }, from)
      }
      if (rule === 'secretName') shownName = this.#standIn(name, '', name)
      if (copy === undefined && (after !== before || shownName !== name)) copy = until(from, name)
      if (copy !== undefined) put(copy, free(copy, from, shownName, name), after)
    }
    return copy ?? from
  }

  /** A member whose name says what it holds. */
  #ruled(rule: FieldRule, value: Json, place: Place, object: JsonObject): Json {
    const isText = typeof value === 'string'
    if ((rule === 'secret' && !isText) || rule === 'secrets' || rule === 'secretName') return this.#value(value, place)
    if (rule === 'key') return this.#hidden(value, place, { place: place.key })
    if (rule === 'jwks') return this.#jwks(value, place)
    if (rule === 'jwkMember') {
      return typeof object.kty === 'string'
        ? this.#hidden(value, place, { place: place.key })
        : this.#value(value, place)
    }
    if (this.#options.showCredentials === true) return this.#value(value, place)
    const hiding = hidingOf(rule, value, place.key, object)
    if (hiding !== undefined) return this.#hidden(value, place, hiding)
    if (rule === 'matchMap' && isCredentialInput(object.input)) return this.#mapWithoutKeys(value, place)
    return rule === 'names' ? value : this.#value(value, place)
  }

  /** A text beside the name of its header, in a map or in a pair: Envoy's API has no such `headers`, documents of traces do. */
  #ofHeader(name: Json | undefined, text: string): string {
    const isHidden = typeof name === 'string' && isCredentialName(name) && this.#options.showCredentials !== true
    if (!isHidden || text === '' || isOnlyScheme(text)) return this.#text(text, '')
    return isPlaceholder(text) ? this.#before(name, text) : this.#standIn(name, '', text)
  }

  #text(text: string, key: string): string {
    if (this.#keyLines.takes(text)) return this.#standIn(key, key, text)
    if (!isSuspicious(text)) return text
    if (isPlaceholder(text)) return this.#before(key, text)
    if (holdsPrivateKey(text)) return this.#standIn(key, key, this.#keyLines.after(text))
    if (this.#options.showCredentials === true) return text
    if (/bytes$/i.test(key)) {
      const inner = platform.latin1(platform.fromBase64(text))
      return withoutCredentials(inner) === inner ? text : this.#standIn(key, key, text)
    }
    return withoutCredentials(text, (credential) => this.#standIn(key, '', credential))
  }

  #before(place: string, text: string): string {
    this.#options.standIn?.(place, text)
    return text
  }

  /** Every text in a value, and every number, but what only says where a secret is or what kind it is. */
  #hidden(value: Json, place: Place, hiding: Hiding): Json {
    const hide: Change = (inner, { key, depth }) => {
      const at = { key, parent: '', depth }
      if (Array.isArray(inner)) return this.#each(inner, at, hide)
      if (isObject(inner)) return this.#members(inner, at, hiding.only === undefined ? hide : within(inner))
      if (hiding.only !== undefined && !hiding.only.test(key))
        return typeof inner === 'string' ? this.#text(inner, key) : inner
      if (typeof inner === 'number') return hiding.only === undefined ? 0 : inner
      if (typeof inner !== 'string' || inner === '') return inner
      if (isPlaceholder(inner)) return this.#before(hiding.place, inner)
      if (shown.has(key) || (hiding.keepSchemes === true && isOnlyScheme(inner))) return this.#text(inner, key)
      return this.#standIn(hiding.place, key, inner)
    }
    // Where only some members are hidden, another one can be a secret by its own name: `inline_credential: {secret_access_key}`.
    const within =
      (object: JsonObject): Change =>
      (member, at) => {
        const own = wholeHidingOf(member, at.key, object)
        return own === undefined ? hide(member, at) : this.#hidden(member, at, own)
      }
    return hide(value, place)
  }

  /** A resource of SDS: what is not known to be public is hidden. */
  #secret(value: JsonObject, place: Place, to?: JsonObject): Json {
    const change: Change = (member, at) => {
      if (at.key === 'validation_context' || at.key === 'validationContext') return this.#value(member, at)
      if (/^tls_?certificate$/i.test(at.key) && isObject(member)) {
        return this.#members(member, at, (part, inner) =>
          publicParts.has(inner.key) ? this.#value(part, inner) : this.#hidden(part, inner, { place: inner.key }),
        )
      }
      if (/^generic_?secret$/i.test(at.key) && this.#options.showCredentials === true) return this.#value(member, at)
      return at.key === 'name' || at.key === '@type'
        ? this.#value(member, at)
        : this.#hidden(member, at, { place: at.key })
    }
    return this.#members(value, place, change, to)
  }

  /** A key set that holds symmetric or private keys (RFC 7517) is a secret; public keys are not. */
  #jwks(value: Json, place: Place): Json {
    const hide: Change = (inner, at) => {
      if (typeof inner !== 'string') return this.#value(inner, at)
      if (isPlaceholder(inner)) return this.#before(at.key, inner)
      if (shown.has(at.key) || inner === '' || isPublicKeySet(inner, at.key)) return inner
      return this.#standIn(at.key, at.key, inner)
    }
    return isObject(value) ? this.#members(value, place, hide) : hide(value, place)
  }

  /** A map whose keys are values to be matched. */
  #mapWithoutKeys(value: Json, place: Place): Json {
    const { map, ...rest } = objectOf(value)
    const entries = Object.entries(objectOf(map)).map(([key, action], index): [string, Json] => [
      isOnlyScheme(key) ? key : `${this.#standIn('header', '', key)}${index === 0 ? '' : ` ${index + 1}`}`,
      action === undefined ? null : this.#value(action, { ...place, key: '' }),
    ])
    return { ...rest, map: Object.fromEntries(entries) }
  }

  #standIn(place: string, field: string, value: string): string {
    return placeholderFor(field, this.#options.standIn?.(place, value) ?? redacted)
  }

  #each(list: Json[], place: Place, change: Change): Json {
    if (place.depth < levels) return list.map((item) => change(item, { ...place, depth: place.depth + 1 }))
    return this.#later<Json[]>(list, (copy) => {
      for (const item of list) copy.push(change(item, { ...place, depth: 0 }))
    })
  }

  #members(from: JsonObject, { key, depth }: Place, change: Change, to?: JsonObject): Json {
    const fill = (copy: JsonObject, level: number) => {
      for (const name in from) {
        const before = from[name]
        if (before === undefined) continue
        const shownName = ruleOf(name) === 'secretName' ? this.#standIn(name, '', name) : name
        put(copy, free(copy, from, shownName, name), change(before, { key: name, parent: key, depth: level }))
      }
      return copy
    }
    if (depth < levels || to !== undefined) return fill(to ?? {}, depth + 1)
    return this.#later<JsonObject>(from, (copy) => {
      fill(copy, 0)
    })
  }

  /** An empty copy that is filled when all that is above it is done. */
  #later<T extends Json[] | JsonObject>(value: T, fill: (copy: T) => void): T
  #later(value: Json[] | JsonObject, fill: (copy: Json[] | JsonObject) => void): Json {
    const copy = Array.isArray(value) ? [] : {}
    this.#waiting.push(() => fill(copy))
    return copy
  }
}
