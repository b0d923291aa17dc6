import { UsageError } from '../../errors.ts'

/** The error of a command line with more arguments than the command has, with what is most likely meant. */
export async function tooManyArguments(positionals: readonly string[], max: number): Promise<UsageError> {
  if (max === 0) return new UsageError(`unexpected argument: ${JSON.stringify(positionals[0])}`)
  const expected = max === 1 ? 'one argument is' : `${max} arguments are`
  return new UsageError(`at most ${expected} expected, got ${positionals.length}: ${positionals.join(' ')}`, {
    hint: await meant(positionals, max),
  })
}

/** `deploy web` for `deploy/web`, as kubectl get has it; a namespace as an argument. */
async function meant([first = '', second = '', ...rest]: readonly string[], max: number): Promise<string | undefined> {
  const { findWorkload, isPodType } = await import('../../mesh/pods/workloads.ts')
  if (isPodType(first) || findWorkload(first) !== undefined)
    return `Did you mean ${[`${first}/${second}`, ...rest].join(' ')}? A type and its name are one argument.`
  return max === 1 ? `One proxy is named by one argument; a namespace goes with -n: ${first} -n ${second}` : undefined
}
