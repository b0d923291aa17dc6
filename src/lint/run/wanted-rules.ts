import { UsageError } from '../../errors.ts'
import { type Profile, profiles, type RuleFacts, type Severity, severities } from '../rule.ts'

/** Which rules are asked, as the command line says it. */
export interface Wanted {
  readonly profiles: readonly Profile[]
  /** Rules by id; those of the profiles where it is empty. */
  readonly rules: readonly string[]
}

/**
 * The values of `--profile`, with commas between or repeated.
 * @throws UsageError for a profile that is not
 */
export function profilesOf(given: readonly string[]): readonly Profile[] {
  const words = given.flatMap((value) => value.split(',')).map((word) => word.trim())
  if (words.length === 0) return ['core']
  return words.flatMap((word) => {
    if (word === 'all') return profiles
    const found = profiles.find((profile) => profile === word)
    if (found === undefined)
      throw new UsageError(`unknown profile ${JSON.stringify(word)}: it is one of ${[...profiles, 'all'].join(', ')}`)
    return [found]
  })
}

/** The least severity that fails, `--fail-on`. @throws UsageError for another word */
export function failOnOf(given: string | undefined): Severity | 'never' {
  const found = given === 'never' ? 'never' : severities.find((severity) => severity === (given ?? 'warning'))
  if (found === undefined)
    throw new UsageError(`--fail-on is one of ${[...severities, 'never'].join(', ')}, got ${JSON.stringify(given)}`)
  return found
}

/** The rules that are asked, in their order. @throws UsageError for a rule that is not */
export function wantedRules<R extends RuleFacts>(all: readonly R[], known: readonly RuleFacts[], wanted: Wanted): R[] {
  const ids = wanted.rules.flatMap((value) => value.split(',')).map((word) => word.trim())
  for (const id of ids) requireRule(id, known)
  return ids.length > 0
    ? all.filter(({ id }) => ids.includes(id))
    : all.filter(({ profile }) => wanted.profiles.includes(profile))
}

/** @throws UsageError for a rule that is not */
export function requireRule<R extends RuleFacts>(id: string, known: readonly R[]): R {
  const found = known.find((rule) => rule.id === id)
  if (found === undefined)
    throw new UsageError(`there is no rule ${JSON.stringify(id)}`, {
      hint: 'kubectl proxy-config lint rules --profile all lists them',
    })
  return found
}
