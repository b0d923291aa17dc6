import { statSync } from 'node:fs'
import type { Args, Command } from '../../contract/command.ts'
import { isOffline, savedSources } from '../../contract/selection.ts'

/**
 * A hint for a command that failed because a saved dump stands where a POD belongs, as a file that the shell has put behind the first one
 * (`--file *.json`) does; undefined when no argument is a file. It is only asked after a failure: a pod may have the name of a file.
 */
export function fileArgumentHint({ options, positionals }: Command, args: Args): string | undefined {
  if (positionals.beforeFile !== undefined && positionals.beforeFile === args.positionals[0]) return undefined
  const option = options.find(({ name }) => name === 'file')
  const file = option === undefined ? undefined : args.positionals.find(isFile)
  if (file === undefined) return undefined
  const [first] = savedSources(args).files
  if (first === undefined)
    return isOffline(args) ? undefined : `${file} is a file: a saved dump is read with --file ${file}`
  return option?.repeatable
    ? `${file} is a file, and each has a flag of its own: --file ${first} --file ${file}. A folder stands for every dump in it.`
    : undefined
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true
  } catch {
    return false
  }
}
