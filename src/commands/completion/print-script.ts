import type { Args, Context } from '../../contract/command.ts'
import { exitCode, UsageError } from '../../errors.ts'
import { completionScript } from './scripts.ts'
import { shells } from './shells.ts'

/** The script of a shell. */
export async function printScript(args: Args, { io }: Context): Promise<number> {
  const [wanted] = args.positionals
  const shell = shells.find((name) => name === wanted)
  if (shell === undefined) {
    const got = wanted === undefined ? '' : `, got ${JSON.stringify(wanted)}`
    throw new UsageError(`completion needs one of ${shells.join(', ')}${got}`)
  }
  await io.write(completionScript(shell))
  return exitCode.ok
}
