import type { Command, Option } from '../contract/command.ts'
import { foldOptions } from '../contract/fold-options.ts'
import { outputOptions } from '../contract/output-options.ts'
import { rowWatchOptions } from '../contract/row-watch-options.ts'
import { fleetTargetOptions } from '../contract/selection.ts'
import type { AnyResourceKind } from '../resources/resource-kind.ts'
import { filterOptions } from './resources/filter-options.ts'

/** The subcommand of a resource kind. */
export function show(resourceKind: AnyResourceKind): Command {
  return {
    name: resourceKind.name,
    aliases: resourceKind.aliases,
    summary: resourceKind.title,
    synopsis: '[POD | TYPE/NAME]...',
    examples: resourceKind.examples,
    options: [
      ...fleetTargetOptions,
      ...filterOptions(resourceKind),
      ...verboseOption(resourceKind),
      ...trafficOptions(resourceKind),
      ...foldOptions,
      ...(resourceKind.watchable ? rowWatchOptions : []),
      ...outputOptions,
    ],
    ...(resourceKind.defaultFormat === undefined ? {} : { defaultFormat: resourceKind.defaultFormat }),
    positionals: { max: Number.POSITIVE_INFINITY, kinds: ['target'] },
    async load() {
      const run = (await import('./resources/show-resources.ts')).showResources(resourceKind)
      return resourceKind.watchable ? (await import('./row-watch/watchable.ts')).watchable(run) : run
    },
  }
}

function verboseOption({ compact }: AnyResourceKind): Option[] {
  return compact === undefined
    ? []
    : [{ name: 'verbose', type: 'boolean', default: true, describe: 'Show more than a line per resource' }]
}

function trafficOptions({ counted }: AnyResourceKind): Option[] {
  if (!counted) return []
  return [
    {
      name: 'traffic',
      type: 'boolean',
      describe: 'Also show what the proxy counts of each: requests, errors, what is under way',
    },
    {
      name: 'interval',
      type: 'string',
      value: 'DURATION',
      describe: 'With --traffic: read the counters of a live proxy twice, such as 5s apart, and show rates',
    },
  ]
}
