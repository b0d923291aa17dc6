import type { Command, Option } from '../cli/command.ts'
import { outputOptions } from '../cli/output-options.ts'
import { targetOptions } from '../cli/target-options.ts'
import type { AnySummary } from '../summaries/summary.ts'
import { summaryView } from '../summaries/summary-view.ts'
import { dumpOf } from './dump-of.ts'
import { filterOptions, wantedFilters } from './filter-options.ts'
import { narrowedPath } from './narrowed-path.ts'
import { readBeside } from './read-beside.ts'
import { withServerState } from './server-state.ts'
import { viewOfEach } from './view-of-each.ts'

/** The subcommand of a resource kind. */
export function show(summary: AnySummary): Command {
  return {
    name: summary.name,
    aliases: summary.aliases,
    summary: summary.title,
    synopsis: '[POD | TYPE/NAME]',
    examples: summary.examples,
    options: [...targetOptions, ...filterOptions(summary), ...verboseOption(summary), ...outputOptions],
    positionals: { most: 1 },
    async run(args, context) {
      const { open, render, io } = context
      const shown = args.boolean('verbose') === false && summary.brief !== undefined ? summary.brief : summary
      const sources = await open(args)
      const isLive = args.string('file') === undefined
      const wanted = wantedFilters(summary, args)
      const { view, code } = await viewOfEach(sources, { args, context }, async (source) => {
        const [dump, beside] = await Promise.all([
          dumpOf(source, isLive ? narrowedPath(summary, wanted) : summary.path, io.signal),
          isLive && summary.beside !== undefined ? readBeside(source, summary.beside, context) : undefined,
        ])
        const options = { wanted, label: source.label, now: io.now(), beside }
        const own = summaryView(shown, dump, options)
        return own.rows.length === 0 && isLive ? withServerState(own, source, io.signal) : own
      })
      await render(view, args, summary.defaultFormat)
      return code
    },
  }
}

function verboseOption({ brief }: AnySummary): Option[] {
  return brief === undefined
    ? []
    : [{ name: 'verbose', type: 'boolean', default: true, describe: 'Show more than a line per resource' }]
}
