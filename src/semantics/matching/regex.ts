import { RE2JS } from 're2js'

const compiled = new Map<string, RE2JS | undefined>()

/**
 * RE2 full match, the only kind that Envoy uses for matching. JavaScript's own dialect differs and can hang on hostile input.
 * A pattern that RE2 rejects matches nothing (Envoy would not have loaded it).
 */
export function fullMatch(pattern: string, text: string): boolean {
  return compile(pattern)?.matches(text) ?? false
}

/** RE2 global replacement with `\N` in the substitution, as `RegexMatchAndSubstitute`. Undefined when the pattern is invalid. */
export function replaceAll(pattern: string, substitution: string, text: string): string | undefined {
  const regex = compile(pattern)
  if (regex === undefined) return undefined
  const matcher = regex.matcher(text)
  let result = ''
  let last = 0
  while (matcher.find()) {
    result += text.slice(last, matcher.start())
    result += substitution.replace(/\\(\d|\\)/g, (_, escaped: string) =>
      escaped === '\\' ? '\\' : (matcher.group(Number(escaped)) ?? ''),
    )
    last = matcher.end()
  }
  return result + text.slice(last)
}

/** What the groups of a full match hold, by number; undefined without a match. */
export function captures(pattern: string, text: string): (string | undefined)[] | undefined {
  const matcher = compile(pattern)?.matcher(text)
  if (matcher === undefined || !matcher.matches()) return undefined
  return Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index) ?? undefined)
}

/** The text as a pattern that matches it literally. */
export function quote(text: string): string {
  return RE2JS.quote(text)
}

function compile(pattern: string): RE2JS | undefined {
  if (!compiled.has(pattern)) {
    try {
      compiled.set(pattern, RE2JS.compile(pattern))
    } catch {
      compiled.set(pattern, undefined)
    }
  }
  return compiled.get(pattern)
}
