import { blocksOf } from '../../../envoy/certificates/loaded-certificates.ts'
import { secretParts } from '../../../envoy/certificates/secret-parts.ts'
import type { Json } from '../../../envoy/json.ts'
import { redacted, redactedAndOther } from '../../../envoy/redaction/placeholders.ts'
import type { Change } from '../../diff/delta.ts'
import { placeText } from './place-text.ts'

/** Characters of a value that are shown; a whole virtual host would bury the rest. */
const longest = 120

/** Characters that are shown before the first difference of two long values. */
const shownBefore = 30

/** `-----BEGIN` in base64, as Envoy writes `inline_bytes`. */
const pemInBase64 = 'LS0tLS1CRUdJTi'

/** A change as a line: `virtual host reviews:80, route v1, cluster outbound|9080|v1|…: weight 80 -> 20`. */
export function changeText(change: Change): string {
  const { place, field } = placeText(change.steps)
  const what = happened(change, field)
  return place === '' ? what : field === '' ? `${place} ${what}` : `${place}: ${what}`
}

function happened({ from, to, moved }: Change, field: string): string {
  if (moved) return `moved from place ${Number(from) + 1} to ${Number(to) + 1}`
  const name = field === '' ? '' : `${field} `
  // A whole element has its name in the place; what it holds is in -o unified.
  if (from === undefined) return field === '' ? 'added' : `${name}added: ${valueText(to)}`
  if (to === undefined) return field === '' ? 'removed' : `${name}removed: ${valueText(from)}`
  if (from === redacted && to === redactedAndOther) return `${name}differs (hidden)`
  return `${name}${pairText(from, to)}`
}

/** Two values that differ, in words that differ. */
function pairText(from: Json, to: Json): string {
  const texts = [from, to].map(fullText)
  const [before = '', after = ''] = texts
  // A text beside the number or boolean that it spells.
  if (before === after) return `${JSON.stringify(from)} -> ${JSON.stringify(to)}`
  const start = Math.max(0, commonLength(before, after) - shownBefore)
  // What two long values begin with alike would be all that is shown of them.
  if (texts.every(({ length }) => length <= longest) || start === 0) return texts.map(shortened).join(' -> ')
  return texts.map((text) => `…${shortened(text.slice(start))}`).join(' -> ')
}

function commonLength(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}

/** A value as it stands in JSON, a text as it is, a certificate by what it is for. */
function valueText(value: Json | undefined): string {
  return value === undefined ? 'nothing' : shortened(fullText(value))
}

function fullText(value: Json): string {
  if (typeof value !== 'string' || value === '') return JSON.stringify(value)
  return certificateText(value) ?? value
}

function shortened(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

/** `certificate 3f2a… of URI:spiffe://…`; undefined for a text that is no PEM, in base64 or plain. */
function certificateText(value: string): string | undefined {
  const isEncoded = value.startsWith(pemInBase64)
  if (!isEncoded && !value.includes('-----BEGIN')) return undefined
  const certificate_chain = isEncoded ? { inline_bytes: value } : { inline_string: value }
  const found = secretParts({ tls_certificate: { certificate_chain } })
    .flatMap(blocksOf)
    .flatMap((block) => ('certificate' in block ? [block.certificate] : []))
  if (found.length === 0) return undefined
  return found
    .map(({ serial, names, subject }) => `certificate ${serial} of ${names.join(', ') || subject || 'nobody'}`)
    .join('; ')
}
