import { isObject, type Json, type JsonObject } from '../../src/envoy/json.ts'
import { camelName, snakeName } from '../../src/envoy/proto-json/proto-names.ts'
import { oddTexts, oddValue } from './odd-values.ts'
import type { Random } from './random.ts'

/** A list or an object, and the key of one of its values. */
interface Place {
  readonly holder: Json[] | JsonObject
  readonly key: string
}

/** Changes a document in place in a few random places, and gives it back. */
export function damageStructure(document: Json, random: Random): Json {
  const places = placesIn(document)
  if (places.length === 0) return oddValue(random)
  for (let times = 1 + random.below(4); times > 0; times--) random.pick(changes)(random.pick(places), random, places)
  return document
}

type Change = (place: Place, random: Random, places: readonly Place[]) => void

const changes: readonly Change[] = [
  (place, random) => put(place, oddValue(random)),
  (place, random) => put(place, oddValue(random)),
  (place, random) => put(place, random.pick(oddTexts)),
  (place) => remove(place),
  (place, random) =>
    rename(place, random.pick(['__proto__', 'constructor', '', 'a b', 'toString', ...oddTexts.slice(2, 8)])),
  ({ holder, key }) => rename({ holder, key }, key.includes('_') ? camelName(key) : snakeName(key)),
  (place) => put(place, [at(place) ?? null]),
  (place) => put(place, { value: at(place) ?? null }),
  // The value of another place, as a copy: one that held the place would hold itself.
  (place, random, places) => copyTo(place, at(random.pick(places)) ?? null),
  (place, random) => repeat(place, random),
  (place, random) => inside(place, random),
]

function at({ holder, key }: Place): Json | undefined {
  return Array.isArray(holder) ? holder[Number(key)] : holder[key]
}

function put({ holder, key }: Place, value: Json): void {
  if (Array.isArray(holder)) holder[Number(key)] = value
  else Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true })
}

function copyTo(place: Place, value: Json): void {
  const text = textOf(value)
  if (text !== undefined) put(place, JSON.parse(text))
}

function remove({ holder, key }: Place): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1)
  else delete holder[key]
}

function rename(place: Place, name: string): void {
  const value = at(place)
  if (Array.isArray(place.holder) || value === undefined) return
  remove(place)
  put({ holder: place.holder, key: name }, value)
}

/** Makes a list long, as far as that stays below a megabyte. */
function repeat(place: Place, random: Random): void {
  const value = at(place)
  if (!Array.isArray(value) || value.length === 0) return
  const size = textOf(value)?.length
  if (size === undefined) return
  const times = Math.min(random.pick([2, 50, 5000]), Math.ceil(1e6 / size))
  put(place, Array.from({ length: times }, () => structuredClone(value)).flat())
}

/** Puts a value into itself a number of times: a matcher in a matcher, a rule in a rule. */
function inside(place: Place, random: Random): void {
  const value = at(place)
  if (!isObject(value) && !Array.isArray(value)) return
  const text = textOf(value)
  if (text === undefined) return
  const hole = random.pick(
    [...text.matchAll(/[{[](?=["{[])/g)]
      .map(({ index }) => index)
      .slice(1, 50)
      .concat(0),
  )
  const close = endOf(text, hole)
  if (close === undefined) return
  const [before, after] = [text.slice(0, hole), text.slice(close)]
  const times = Math.min(random.pick([2, 30, 120]), Math.floor(5e5 / (text.length + 1)))
  const whole = before.repeat(times) + text + after.repeat(times)
  try {
    put(place, JSON.parse(whole))
  } catch {
    // What was cut out is no value that can stand there.
  }
}

function textOf(value: Json): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

function endOf(text: string, start: number): number | undefined {
  let depth = 0
  let quoted = false
  for (let index = start; index < text.length; index++) {
    const char = text[index]
    if (quoted) {
      if (char === '\\') index++
      else if (char === '"') quoted = false
    } else if (char === '"') quoted = true
    else if (char === '{' || char === '[') depth++
    else if ((char === '}' || char === ']') && --depth === 0) return index + 1
  }
  return undefined
}

/** Every value inside a document. */
function placesIn(document: Json): Place[] {
  const places: Place[] = []
  const open: Json[] = [document]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue
    const holder = next
    for (const [key, value] of Object.entries(holder)) {
      places.push({ holder, key })
      if (value !== undefined) open.push(value)
    }
  }
  return places
}
