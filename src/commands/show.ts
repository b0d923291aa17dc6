import type { Command, Option } from '../contract/command.ts'
import { outputOptions } from '../contract/output-options.ts'
import { targetOptions } from '../contract/target-options.ts'
import type { AnyResourceKind } from '../resources/resource-kind.ts'
import { resourceView } from '../resources/resource-view.ts'
import { dumpOf } from './proxies/dump-of.ts'
import { readBeside } from './proxies/read-beside.ts'
import { viewOfEach } from './proxies/view-of-each.ts'
import { filterOptions, wantedFilters } from './resources/filter-options.ts'
import { narrowedPath } from './resources/narrowed-path.ts'
import { withServerState } from './resources/server-state.ts'

/** The subcommand of a resource kind. */
export function show(resourceKind: AnyResourceKind): Command {
  return {
    name: resourceKind.name,
    aliases: resourceKind.aliases,
    summary: resourceKind.title,
    synopsis: '[POD | TYPE/NAME]',
    examples: resourceKind.examples,
    options: [...targetOptions, ...filterOptions(resourceKind), ...verboseOption(resourceKind), ...outputOptions],
    ...(resourceKind.defaultFormat === undefined ? {} : { defaultFormat: resourceKind.defaultFormat }),
    positionals: { most: 1, are: ['target'] },
    async run(args, context) {
      const { open, render, io } = context
      const shown =
        args.boolean('verbose') === false && resourceKind.compact !== undefined ? resourceKind.compact : resourceKind
      const sources = await open(args)
      const isLive = args.string('file') === undefined
      const wanted = wantedFilters(resourceKind, args)
      const { view, code } = await viewOfEach(sources, { args, context }, async (source) => {
        const [dump, auxiliaryPage] = await Promise.all([
          dumpOf(source, isLive ? narrowedPath(resourceKind, wanted) : resourceKind.path, context, [
            resourceKind.entries,
          ]),
          isLive && resourceKind.auxiliaryPage !== undefined
            ? readBeside(source, resourceKind.auxiliaryPage, context)
            : undefined,
        ])
        const options = { wanted, label: source.label, now: io.now(), auxiliaryPage }
        const own = resourceView(shown, dump, options)
        return own.rows.length === 0 && isLive ? withServerState(own, source, io.signal) : own
      })
      await render(view, args)
      return code
    },
  }
}

function verboseOption({ compact }: AnyResourceKind): Option[] {
  return compact === undefined
    ? []
    : [{ name: 'verbose', type: 'boolean', default: true, describe: 'Show more than a line per resource' }]
}
