import { platform } from '../../platform/node.ts'

/** What stands for a value that is not to be seen; Envoy writes the same. */
export const redacted = '[redacted]'

/** The same where two sides are compared and this one has another value than the first. */
export const redactedAndOther = '[redacted, differs]'

/**
 * The same in the form that the field has, so that other tools can still read the document: base64 where it holds bytes, as Envoy
 * writes it, and hex for the payload of a health check.
 * @param text one of the two above, or what else stands for a value
 */
export function placeholderFor(field: string, text: string): string {
  const form = text === redacted ? 0 : text === redactedAndOther ? 1 : undefined
  if (/bytes$|^(?:raw_?value|binary)$/i.test(field))
    return form === undefined ? platform.toBase64(platform.encode(text)) : base64[form]
  if (field !== 'text') return text
  return form === undefined ? hexOf(platform.encode(text)) : hex[form]
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const base64 = ['W3JlZGFjdGVkXQ==', 'W3JlZGFjdGVkLCBkaWZmZXJzXQ=='] as const
const hex = ['5b72656461637465645d', '5b72656461637465642c20646966666572735d'] as const

/** Whether a value was hidden before: by Envoy, or by this program. */
export function isPlaceholder(text: string): boolean {
  return text === redacted || text === base64[0] || text === hex[0] || isOther(text)
}

/** Whether it stands for a value that the other side does not have. */
export function isOther(text: string): boolean {
  return text === redactedAndOther || text === base64[1] || text === hex[1]
}
