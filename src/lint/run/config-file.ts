import { isObject, type Json, type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import type { RuleFacts } from '../rule.ts'
import type { Exclusion } from './exclusions.ts'

/** What a file of exclusions says. */
export interface ConfiguredExclusions {
  readonly exclusions: readonly Exclusion[]
  /** Those that hold no longer, a sentence each. */
  readonly notes: readonly string[]
}

const keys: ReadonlySet<string> = new Set(['rule', 'resource', 'proxy', 'reason', 'until'])

/**
 * The exclusions of a file: `exclude`, a list of `rule`, `resource` and `proxy` (patterns), `reason`, which each must have, and `until`, a
 * date after which it no longer applies.
 * @throws AppError for a file of another form, naming the exclusion
 */
export function configuredExclusions(
  file: string,
  content: Json,
  { rules, now }: { readonly rules: readonly RuleFacts[]; readonly now: Date },
): ConfiguredExclusions {
  const list = objectOf(content).exclude
  if (!Array.isArray(list)) throw new AppError(`${file} has no list "exclude"`)
  const notes: string[] = []
  const exclusions = list.flatMap((item, at): Exclusion[] => {
    const where = `${file}: exclusion ${at + 1}`
    const { rule, resource, proxy, until } = checked(item, where, rules)
    if (until !== undefined && now.getTime() > Date.parse(`${until}T23:59:59Z`)) {
      notes.push(`${where} (${rule}) expired on ${until}`)
      return []
    }
    return [
      {
        rule,
        ...(resource === undefined ? {} : { resource }),
        ...(proxy === undefined ? {} : { proxy }),
      },
    ]
  })
  return { exclusions, notes }
}

function checked(item: Json, where: string, rules: readonly RuleFacts[]) {
  if (!isObject(item)) throw new AppError(`${where} is no object`)
  const unknown = Object.keys(item).find((key) => !keys.has(key))
  if (unknown !== undefined)
    throw new AppError(`${where} has ${JSON.stringify(unknown)}, which is none of ${[...keys].join(', ')}`)
  const rule = stringOf(item.rule) ?? ''
  if (!rules.some(({ id }) => id === rule)) throw new AppError(`${where}: there is no rule ${JSON.stringify(rule)}`)
  if ((stringOf(item.reason) ?? '').trim() === '') throw new AppError(`${where} (${rule}) needs a reason`)
  const until = dateOf(item)
  if (until !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(until))
    throw new AppError(`${where} (${rule}): until needs a date such as 2027-01-31`)
  return { rule, resource: stringOf(item.resource), proxy: stringOf(item.proxy), until }
}

/** YAML reads a plain date as a moment. */
function dateOf({ until }: JsonObject): string | undefined {
  const value: unknown = until
  if (value === undefined) return undefined
  return value instanceof Date ? value.toISOString().slice(0, 10) : String(value)
}
