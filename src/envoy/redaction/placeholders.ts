/** What stands for a value that is not to be seen; Envoy writes the same. */
export const redacted = '[redacted]'

/** The same where two sides are compared and this one has another value than the first. */
export const redactedAndOther = '[redacted, differs]'

/**
 * The same in the form that the field has, so that other tools can still read the document: base64 where it holds bytes, as Envoy
 * writes it, and hex for the payload of a health check.
 * @param text one of the two above
 */
export function placeholderFor(field: string, text: string): string {
  const form = text === redacted ? 0 : 1
  if (/bytes$|^(?:raw_?value|binary)$/i.test(field)) return base64[form]
  return field === 'text' ? hex[form] : text
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
