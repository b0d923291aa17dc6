import type { Args, Context } from '../../../contract/command.ts'
import { AppError } from '../../../errors.ts'
import { lintFindings } from '../../../lint/analysis/lint-findings.ts'
import type { Reads } from '../../../sql/protocol.ts'
import { FleetReading } from '../../proxies/fleet/fleet-reading.ts'
import { findingsTable, statusTable } from '../schema/tables.ts'
import { type CheckedProxy, type Chosen, checkedProxy, findingsView, statusView } from './mesh-rows.ts'
import { proxyRows, tableNamed } from './proxy-rows.ts'
import { addView, type RowsRequest } from './rows.ts'

/** Proxies that are done before an earlier one. */
const heldBack = 64

interface Filling {
  readonly chosen: Chosen
  /** The tables and columns that are read. */
  readonly reads: Reads
  /** Takes rows, those of a proxy one after the other and its own first; resolves when there is room for more. */
  take(rows: RowsRequest): Promise<void>
  /** Whether a table that cannot be had is left out, with a note, because nobody asked for it by name. */
  readonly lenient: boolean
}

/**
 * Reads proxies and gives their rows. Those that fail are reported on stderr and do not hide the others.
 * @returns the tables that were filled, and the exit code
 * @throws AppError when nothing could be read
 */
export async function fillTables(
  { chosen, reads, take, lenient }: Filling,
  args: Args,
  context: Context,
): Promise<{ filled: readonly string[]; code: number }> {
  const filled = new Set(Object.keys(reads))
  const lint = filled.has(findingsTable) ? lintFindings.options(args) : undefined
  const checked: CheckedProxy[] = []
  const reading = new FleetReading(chosen.proxies, context)
  const task = async (proxy: Chosen['proxies'][number]) => ({
    rows: await proxyRows(proxy, reads, context),
    checked: lint && (await checkedProxy(proxy, lint, context)),
  })
  for await (const { result } of reading.successes(task, { heldBack })) {
    if (result.checked !== undefined) checked.push(result.checked)
    for (const rows of result.rows) await take(rows)
  }
  const code = await reading.conclude()
  const found: RowsRequest[] = []
  const add = (rows: RowsRequest) => void found.push(rows)
  if (lint !== undefined)
    await addView(tableNamed(findingsTable), reads[findingsTable] ?? [], findingsView(checked, lint), {}, add)
  if (filled.has(statusTable)) {
    try {
      const view = await statusView(chosen, args, context)
      await addView(tableNamed(statusTable), reads[statusTable] ?? [], view, {}, add)
    } catch (error) {
      if (!lenient || !(error instanceof AppError) || context.io.signal.aborted) throw error
      filled.delete(statusTable)
      context.note(`The table status is left out: ${error.message}`)
    }
  }
  for (const rows of found) await take(rows)
  return { filled: [...filled], code }
}
