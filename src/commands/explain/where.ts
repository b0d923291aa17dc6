import type { LoggedRequest } from '../../analyses/explain/log/logged-request.ts'
import { type FieldName, fieldNames } from '../../analyses/explain/log/logged-request.ts'
import { globMatches } from '../../envoy/text/glob.ts'
import { UsageError } from '../../errors.ts'

/**
 * Which requests `--where` keeps: those that have all these values. `code=5xx` is a class; `flags=UC` any line with that flag among its
 * flags; a `*` stands for any text. Undefined without the flag.
 * @throws UsageError for a field that no line has
 */
export function wherePredicate(texts: readonly string[]): ((line: LoggedRequest) => boolean) | undefined {
  const conditions = texts.flatMap(conditionsOf)
  return conditions.length === 0 ? undefined : (line) => conditions.every((holds) => holds(line))
}

/** A part without an equals sign belongs to the value before: `flags=UF,URX`. */
function conditionsOf(text: string): ((line: LoggedRequest) => boolean)[] {
  const pairs: [field: string, value: string][] = []
  for (const part of text.split(',')) {
    const at = part.indexOf('=')
    const last = pairs.at(-1)
    if (at > 0) pairs.push([part.slice(0, at).trim(), part.slice(at + 1).trim()])
    else if (last !== undefined) last[1] += `,${part.trim()}`
    else throw new UsageError(`--where accepts FIELD=VALUE, got ${JSON.stringify(text)}`)
  }
  return pairs.map(([field, value]) => condition(fieldOf(field), value))
}

function fieldOf(name: string): FieldName {
  const wanted = name.toLowerCase().replaceAll(/[^a-z]/g, '')
  const found = fieldNames.find((field) => field.toLowerCase() === wanted)
  if (found === undefined)
    throw new UsageError(`no line of a log has the field ${JSON.stringify(name)}`, {
      hint: `The fields are: ${fieldNames.join(', ')}`,
    })
  return found
}

function condition(field: FieldName, value: string): (line: LoggedRequest) => boolean {
  if (field === 'flags') {
    const wanted = value.split(',')
    return (line) => {
      const flags = (line.get('flags') ?? '-').split(',')
      return wanted.every((flag) => flags.includes(flag))
    }
  }
  if (field === 'code') {
    const digits = value.replaceAll(/[*xX]/g, '?')
    return (line) => globMatches(digits, line.get(field) ?? '-', '?')
  }
  return (line) => globMatches(value, line.get(field) ?? '-')
}
