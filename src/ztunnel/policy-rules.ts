import { isObject, type Json, type JsonObject, listOf, objectsOf } from '../envoy/json.ts'
import { redact } from '../envoy/redaction/redact.ts'

/**
 * The rules of a ztunnel policy in words, one text for each rule. A rule holds when all of its clauses hold, a clause when one of
 * its matches does, a match when all of its fields do.
 * https://github.com/istio/ztunnel/blob/master/proto/authorization.proto
 */
export function policyRules(rules: Json | undefined): string[] {
  return listOf(rules).map(
    (rule) =>
      listOf(rule)
        .map((clause) => joined(objectsOf(redact(clause)).map(matchText), ' or '))
        .filter((text) => text !== '')
        .join(' and ') || 'anything',
  )
}

function matchText(match: JsonObject): string {
  return joined(
    Object.entries(match).flatMap(([field, values]) => {
      const texts = listOf(values).map(valueText)
      if (texts.length === 0) return []
      const name = field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
      return [`${name} ${texts.join(', ')}`]
    }),
    ' and ',
  )
}

function valueText(value: Json): string {
  if (!isObject(value)) return Array.isArray(value) ? JSON.stringify(value) : String(value)
  const { Exact, Prefix, Suffix, namespace, serviceAccount } = value
  if (typeof Exact === 'string') return Exact
  if (typeof Prefix === 'string') return `${Prefix}*`
  if (typeof Suffix === 'string') return `*${Suffix}`
  if ('Presence' in value) return '*'
  if (typeof serviceAccount === 'string') return `${typeof namespace === 'string' ? namespace : ''}/${serviceAccount}`
  return JSON.stringify(value)
}

function joined(texts: readonly string[], word: string): string {
  return texts.length > 1 ? `(${texts.join(word)})` : (texts[0] ?? '')
}
