import { redact } from '../../../envoy/redaction/redact.ts'

/** Characters of a value that an error quotes. */
const maxQuoted = 200

/** A value of a requests file as an error quotes it: short, and without secrets, which a text would no longer tell by their fields. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(redact(value)) ?? 'nothing'
  return text.length > maxQuoted ? `${text.slice(0, maxQuoted)}…` : text
}
