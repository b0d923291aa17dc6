import assert from 'node:assert/strict'
import { parseArgs } from '../../src/cli/arguments/parse-args.ts'
import { commands } from '../../src/commands/index.ts'
import type { Args } from '../../src/contract/command.ts'
import { withKubectlOptions } from '../../src/contract/kubectl-options.ts'

/** The arguments of a command line. */
export function argsOf(name: string, ...words: string[]): Promise<Args> {
  const command = commands.find((one) => one.name === name)
  assert.ok(command)
  return parseArgs(words, withKubectlOptions(command.options), command.positionals.max)
}
