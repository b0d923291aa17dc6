import { isObject, type Json } from '../../../envoy/json.ts'
import type { OwnFacts } from './own-facts.ts'

/** Gives a value in which what belongs to one pod stands as what it is: `<pod>`, `<address>`. Two pods of a workload then have the same. */
export type OwnText = (value: Json) => Json

/** @returns what changes nothing where nothing is known of the pod */
export function ownText(facts: OwnFacts): OwnText {
  const replaced = replacements(facts)
  if (replaced.size === 0) return (value) => value
  // The longest first, for a pod's name is a part of its node's id.
  const texts = [...replaced].toSorted(([a], [b]) => b.length - a.length)
  const pattern = new RegExp(texts.map(([text, { within }]) => within(escaped(text))).join('|'), 'gu')
  const text = (value: string) => value.replace(pattern, (found) => replaced.get(found)?.placeholder ?? found)
  const walk = (value: Json): Json => {
    if (typeof value === 'string') return text(value)
    if (Array.isArray(value)) return value.map(walk)
    if (!isObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner = null]) => [text(key), walk(inner)]))
  }
  return walk
}

/** Whether a text of JSON can hold what belongs to the pod: where it does not, `ownText` changes nothing. */
export function mentionsOwn(facts: OwnFacts): (json: string) => boolean {
  const texts = [...replacements(facts).keys()].map((text) => JSON.stringify(text).slice(1, -1))
  return (json) => texts.some((text) => json.includes(text))
}

interface Replacement {
  readonly placeholder: string
  /** The expression that finds it where it is a word of its own: 10.1.2.3 is not in 10.1.2.30. */
  within(expression: string): string
}

const name = (expression: string) => `(?<![\\w-])${expression}(?![\\w-])`
const part = (expression: string) => `(?<![A-Za-z0-9])${expression}(?![A-Za-z0-9])`
const ip = (expression: string) =>
  expression.includes(':') ? `(?<![\\da-f:])${expression}(?![\\da-f:])` : `(?<![\\d.])${expression}(?!\\d|\\.\\d)`

function replacements(facts: OwnFacts): Map<string, Replacement> {
  const found = new Map<string, Replacement>()
  const add = (text: string | undefined, placeholder: string, within: Replacement['within']) => {
    if (text !== undefined && text !== '' && !found.has(text)) found.set(text, { placeholder, within })
  }
  add(facts.nodeId, '<node id>', name)
  add(facts.podName, '<pod>', name)
  for (const address of facts.addresses) add(address, '<address>', ip)
  add(facts.nodeName, '<node>', name)
  add(facts.templateHash, '<template hash>', part)
  return found
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}
