import { statSync } from 'node:fs'
import type { Args, Command } from '../../contract/command.ts'
import { isOffline } from '../../contract/selection.ts'

/**
 * A hint for a command that failed because a saved dump stands where a POD belongs; undefined when no argument is a file.
 * It is only asked after a failure: a pod may have the name of a file.
 */
export function fileArgumentHint({ options, positionals }: Command, args: Args): string | undefined {
  if (positionals.beforeFile !== undefined && positionals.beforeFile === args.positionals[0]) return undefined
  if (!options.some(({ name }) => name === 'file') || isOffline(args)) return undefined
  const file = args.positionals.find(isFile)
  return file === undefined ? undefined : `${file} is a file: a saved dump is read with --file ${file}`
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true
  } catch {
    return false
  }
}
