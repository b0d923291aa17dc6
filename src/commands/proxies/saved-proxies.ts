import type { Args, Context, Option } from '../../contract/command.ts'
import { targetOf, targetOptions } from '../../contract/target-options.ts'
import type { Source } from '../../mesh/source.ts'

/** The flags of a command for many proxies, of which each may be a file. */
export const manyTargetOptions: readonly Option[] = targetOptions.map((option) =>
  option.name === 'file'
    ? {
        ...option,
        repeatable: true,
        describe: `${option.describe}. Repeat it for several; an archive stands for every dump in it`,
      }
    : option,
)

/** The proxies that `--file`, given once or more, stands for; undefined without it. */
export async function savedProxies(
  args: Args,
  context: Context,
  command: string,
): Promise<readonly Source[] | undefined> {
  const files = args.strings('file')
  if (files.length === 0) return undefined
  targetOf(args, command)
  const { archiveSources } = await import('../../fetch/archive-sources.ts')
  return (await Promise.all(files.map((file) => archiveSources(file, context.io, context.note)))).flat()
}
