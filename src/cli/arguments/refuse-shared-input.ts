import type { Option } from '../../contract/command.ts'
import { UsageError } from '../../errors.ts'

/**
 * Standard input can be read by one flag: for a second it would be empty.
 * @param values of each option, by its name
 * @throws UsageError that names the flags
 */
export function refuseSharedInput(options: readonly Option[], values: ReadonlyMap<string, readonly unknown[]>): void {
  const [first, second] = options
    .filter(({ holds }) => holds === 'file')
    .flatMap(({ name }) => (values.get(name) ?? []).filter((value) => value === '-').map(() => name))
  if (first === undefined || second === undefined) return
  if (first === second) throw new UsageError(`--${first} can be standard input only once`)
  throw new UsageError(`--${first} and --${second} cannot both be standard input`)
}
