import type { Args, Context } from '../../contract/command.ts'
import type { Source } from '../../mesh/source.ts'
import { withPositionals } from './forwarded-args.ts'

/** The proxy that `--file` or `--url` name, whatever the positional arguments say; undefined when neither is given. */
export async function elsewhere(args: Args, context: Context): Promise<Source | undefined> {
  if ((args.string('file') ?? args.string('url')) === undefined) return undefined
  const [source] = await context.open(withPositionals(args, []))
  return source
}
