import type { Command, Option } from '../cli/command.ts'
import { outputOptions } from '../cli/output-options.ts'
import { targetOptions } from '../cli/target-options.ts'
import type { AnySummary } from '../summaries/summary.ts'
import { summaryView } from '../summaries/summary-view.ts'
import { dumpOf } from './dump-of.ts'
import { filterOptions, wantedFilters } from './filter-options.ts'
import { joinViews } from './join-views.ts'
import { readBeside } from './read-beside.ts'

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
      const views = await Promise.all(
        sources.map(async (source) => {
          const isLive = args.string('file') === undefined
          const [dump, beside] = await Promise.all([
            dumpOf(source, summary.path, io.signal),
            isLive && summary.beside !== undefined ? readBeside(source, summary.beside, context) : undefined,
          ])
          const options = { wanted: wantedFilters(summary, args), label: source.label, now: io.now(), beside }
          return { label: source.label, view: summaryView(shown, dump, options) }
        }),
      )
      await render(joinViews(views), args, summary.defaultFormat)
      return 0
    },
  }
}

function verboseOption({ brief }: AnySummary): Option[] {
  return brief === undefined
    ? []
    : [{ name: 'verbose', type: 'boolean', default: true, describe: 'Show more than a line per resource' }]
}
