import type { Command, Option } from '../contract/command.ts'
import { checkedFormat, outputOptions } from '../contract/output-options.ts'
import { targetOptions } from '../contract/target-options.ts'
import { exitCode, UsageError } from '../errors.ts'
import { proxyName } from '../mesh/source.ts'
import { dumpWithEndpoints } from './proxies/dump-with-endpoints.ts'
import { eachProxy } from './proxies/each-proxy.ts'
import { areMany } from './proxies/join-views.ts'
import { tablesView } from './proxies/tables-view.ts'
import { kindsOf, shownKinds, wholeView } from './resources/all-views.ts'
import { filterOptions } from './resources/filter-options.ts'

/** Every resource kind of one fetch, a table each; as JSON and YAML the whole dump. */
export const all: Command = {
  name: 'all',
  aliases: ['a'],
  summary: 'Everything a proxy has loaded, kind by kind, from one fetch',
  synopsis: '[POD | TYPE/NAME]',
  examples: [
    { title: 'Everything that a pod has loaded', command: 'kubectl proxy-config all productpage-v1-abc' },
    {
      title: 'All about one service, with a heading for each kind',
      command: 'kubectl proxy-config all deploy/productpage --fqdn reviews --port 9080 --with-headers',
    },
    { title: 'The whole dump of a proxy as JSON', command: 'kubectl proxy-config all --file dump.json -o json' },
  ],
  options: [
    ...targetOptions,
    ...filtersOfAll(),
    { name: 'with-headers', type: 'boolean', describe: 'Put a heading before each kind' },
    { name: 'verbose', type: 'boolean', default: true, describe: 'Show more than a line per resource' },
    ...outputOptions.filter(({ name }) => name !== 'sort-by'),
  ],
  positionals: { most: 1, are: ['target'] },
  async run(args, context) {
    const format = checkedFormat(args.string('output') ?? 'table')
    if (format === 'csv') throw new UsageError('csv holds one table, not one of each kind', { hint: 'Try: -o jsonl' })
    const sources = await context.open(args)
    const { results, code } = await eachProxy(sources, context, async (source) => {
      return { label: source.label, proxy: proxyName(source), dump: await dumpWithEndpoints(source, context) }
    })
    const proxies = { many: areMany(sources, args), loaded: results }
    if (format === 'json' || format === 'yaml' || format === 'raw') {
      await context.render(wholeView(proxies, args, context.io.now()), args)
      return code
    }
    const { tables, notes, failed } = kindsOf(proxies, args, context.io.now())
    if (format === 'table' || format === 'wide') {
      await context.render(await tablesView(tables, notes, { format, args }), args)
    } else {
      notes.forEach(context.note)
      for (const { view } of tables) await context.render({ ...view, notes: [] }, args)
    }
    return failed ? exitCode.failed : code
  },
}

/** A filter that several kinds have is one flag. */
function filtersOfAll(): Option[] {
  const options = shownKinds.flatMap((summary) =>
    filterOptions(summary).map((option) => ({ option, kind: summary.name })),
  )
  return [...Map.groupBy(options, ({ option }) => option.name).values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const also =
      others.length === 0
        ? ''
        : `; as their own commands take it also for ${[...new Set(others.map(({ kind }) => kind))].join(', ')}`
    return [{ ...first.option, describe: first.option.describe + also }]
  })
}
