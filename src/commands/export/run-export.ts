import type { Args, Context } from '../../contract/command.ts'
import { selectionOf } from '../../contract/selection.ts'
import { countText } from '../../envoy/text/count-text.ts'
import { UsageError } from '../../errors.ts'
import { DatasetFolder } from '../../fetch/dataset/dataset-folder.ts'
import { fillTables } from '../query/fill/fill-tables.ts'
import type { TableRows } from '../query/fill/rows.ts'
import { everything } from '../query/schema/tables.ts'
import { PartitionedRows } from './partitioned-rows.ts'
import { writtenView } from './written-view.ts'

/** Adds every table of the proxies that the arguments name to a folder, and shows what was added. */
export async function runExport(args: Args, context: Context): Promise<number> {
  const dir = args.string('dir')
  if (dir === undefined || dir === '')
    throw new UsageError('export needs --dir DIR, the folder that files are added to')
  const selection = selectionOf(args, { command: 'export', every: true, many: true, orScope: true })
  const proxies = await context.open(selection)
  const rows = new PartitionedRows(new DatasetFolder(dir), args.string('cluster-name'))
  const filling = {
    chosen: { selection, proxies },
    reads: everything,
    encode: (made: TableRows) => made,
    take: (made: TableRows) => rows.take(made),
    lenient: true,
  }
  const { code } = await fillTables(filling, args, context)
  await rows.end()
  if (rows.known > 0)
    context.note(`The rows of ${countText(rows.known, 'file')} were there already, and are not added again.`)
  await context.render(writtenView(rows.written))
  return code
}
