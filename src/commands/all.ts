import type { Command } from '../contract/command.ts'
import { formatsOfOneTable, outputOptions } from '../contract/output-options.ts'
import { fleetTargetOptions } from '../contract/selection.ts'
import { filtersOfAll } from './all/filters-of-all.ts'

/** Every resource kind of one fetch, a table each; as JSON and YAML the whole dump. */
export const all: Command = {
  name: 'all',
  aliases: ['a'],
  summary: 'Everything a proxy has loaded, kind by kind, from one fetch',
  synopsis: '[POD | TYPE/NAME]...',
  examples: [
    { title: 'Everything that a pod has loaded', command: 'kubectl proxy-config all productpage-v1-abc' },
    {
      title: 'All about one service, with a heading for each kind',
      command: 'kubectl proxy-config all deploy/productpage --fqdn reviews --port 9080 --with-headers',
    },
    { title: 'The whole dump of a proxy as JSON', command: 'kubectl proxy-config all --file dump.json -o json' },
    {
      title: 'Save a dump, for every command that accepts --file',
      command: 'kubectl proxy-config all productpage-v1-abc -o raw > dump.json',
    },
  ],
  options: [
    ...fleetTargetOptions,
    ...filtersOfAll(),
    { name: 'with-headers', type: 'boolean', describe: 'Put a heading before each kind' },
    { name: 'verbose', type: 'boolean', default: true, describe: 'Show more than a line per resource' },
    ...outputOptions.filter(({ name }) => name !== 'sort-by'),
  ],
  withoutFormats: formatsOfOneTable,
  positionals: { max: Number.POSITIVE_INFINITY, kinds: ['target'] },
  async load() {
    return (await import('./all/show-all.ts')).showAll
  },
}
