/** A command operator of an access log format: `%REQ(USER-AGENT):20%`. */
export interface FormatOperator {
  readonly name: string
  readonly args?: string
}

/** A piece of a format: text that stands in every line, or what an operator writes. */
export type FormatToken = { readonly literal: string } | { readonly operator: FormatOperator }

const operator = /%([A-Z][A-Z0-9_]*)(?:\(([^)]*(?:\)[^%:)]*)*?)\))?(?::\d+)?%|%%/g

/**
 * The pieces of a format string, in order. `%%` is a percent sign.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#format-strings
 */
export function formatTokens(format: string): readonly FormatToken[] {
  const tokens: FormatToken[] = []
  let literal = ''
  let end = 0
  const flush = () => {
    if (literal !== '') tokens.push({ literal })
    literal = ''
  }
  for (const found of format.matchAll(operator)) {
    const [text, name, args] = found
    literal += format.slice(end, found.index)
    end = found.index + text.length
    if (name === undefined) literal += '%'
    else {
      flush()
      tokens.push({ operator: args === undefined ? { name } : { name, args } })
    }
  }
  literal += format.slice(end)
  flush()
  return tokens
}
