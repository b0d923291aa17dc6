import { isCredentialName, isOnlyScheme } from '../../../envoy/redaction/credentials.ts'

/**
 * Headers as logs have them: `'cookie', 'sid=1'` where Envoy prints them at level debug, `"x-api-key":"1"` in an access log of JSON. The quote
 * and the name, what is between, and the value with its quotes.
 */
const pairs = [/('([\w.-]+)',[ \t]*)'([^']*)'/g, /("([\w.-]+)"[ \t]*:[ \t]*)"((?:[^"\\]|\\.)*)"/g] as const

/** A line of a log in which each header or member that by its name holds a credential has what stands for it. */
export function withoutLoggedHeaders(line: string, standIn: (secret: string) => string): string {
  return pairs.reduce(
    (left, pair) =>
      left.replace(pair, (whole, head: string, name: string, value: string) => {
        const isSecret = isCredentialName(name) && !isNothing(value)
        return isSecret ? head + whole.charAt(head.length) + standIn(value) + whole.charAt(head.length) : whole
      }),
    line,
  )
}

/** What a log has in place of a header that was not there, and what was hidden before. */
function isNothing(value: string): boolean {
  return value === '-' || value === '' || isOnlyScheme(value) || /\[redacted[^\]]*\]$/.test(value)
}
