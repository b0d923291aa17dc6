import { captures, quote } from './regex.ts'

interface Template {
  readonly pattern: string
  /** Names of the pattern's groups, in order. */
  readonly names: readonly string[]
}

/** One path segment as the template's `*` takes it. */
const segment = "[a-zA-Z0-9-._~%!$&'()*+,;:@=]+"
const rest = "[a-zA-Z0-9-._~%!$&'()*+,;:@=/]*"

/**
 * Matches a path against `envoy.extensions.path.match.uri_template.v3`: `*` one segment, `**` any rest, `{name}`, `{name=pattern}`.
 * @param path without query
 * @returns the variables, or undefined without a match
 */
export function matchTemplate(template: string, path: string): ReadonlyMap<string, string> | undefined {
  const { pattern, names } = parse(template)
  const groups = captures(pattern, path)
  if (groups === undefined) return undefined
  return new Map(names.map((name, index) => [name, groups[index + 1] ?? '']))
}

/** Fills the variables of a match into a rewrite template. */
export function fillTemplate(template: string, variables: ReadonlyMap<string, string>): string {
  return template.replace(/\{([^}]*)\}/g, (_, name: string) => variables.get(name) ?? '')
}

function parse(template: string): Template {
  const names: string[] = []
  const pattern = template
    .split(/(\{[^}]*\})/)
    .map((part) => {
      if (!part.startsWith('{')) return operators(part)
      const [name = '', inner = '*'] = part.slice(1, -1).split(/=(.*)/s)
      names.push(name)
      return `(${operators(inner)})`
    })
    .join('')
  return { pattern, names }
}

function operators(text: string): string {
  return text
    .split(/(\*\*|\*)/)
    .map((part) => (part === '**' ? rest : part === '*' ? segment : quote(part)))
    .join('')
}
