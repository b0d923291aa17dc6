import type { Json } from '../../../envoy/json.ts'
import { redacted, redactedAndOther } from '../../../envoy/redaction/placeholders.ts'
import type { Change } from '../../diff/delta.ts'
import { placeText } from './place-text.ts'

/** Characters of a value that are shown; a whole virtual host would bury the rest. */
const longest = 120

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
  return `${name}${valueText(from)} -> ${valueText(to)}`
}

/** A value as it stands in JSON, a text as it is. */
export function valueText(value: Json | undefined): string {
  if (value === undefined) return 'nothing'
  const text = typeof value === 'string' && value !== '' ? value : JSON.stringify(value)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
