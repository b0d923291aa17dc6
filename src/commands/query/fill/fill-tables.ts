import type { Args, Context } from '../../../contract/command.ts'
import type { ResultCodec } from '../../../contract/threads.ts'
import { AppError } from '../../../errors.ts'
import type { MeshProxy } from '../../../mesh/proxy.ts'
import { FleetReading, usualMaxAhead } from '../../proxies/fleet/fleet-reading.ts'
import { findingsTable, statusTable } from '../schema/tables.ts'
import { type CheckedProxy, type Chosen, checkedProxy, findingsView, lintOptions, statusView } from './mesh-rows.ts'
import { proxyRows, type ReadRows, tableNamed } from './proxy-rows.ts'
import { addView, type TableRows } from './rows.ts'

interface Filling<R> extends ReadRows<R> {
  readonly chosen: Chosen
  /** Buffers of encoded rows that can be transferred from a thread. */
  moved?(rows: R): readonly ArrayBuffer[]
  /** Takes rows, those of a proxy one after the other and its own first; resolves when there is room for more. */
  take(rows: R): Promise<void>
  /** Whether a table that cannot be had is left out, with a note, because nobody asked for it by name. */
  readonly lenient: boolean
}

/** What is read of one proxy. */
interface ReadProxy<R> {
  readonly rows: readonly R[]
  readonly checked: CheckedProxy | undefined
}

/** What was read. */
interface Filled {
  /** The tables that have their rows. */
  readonly tables: readonly string[]
  /** Proxies that could be read. */
  readonly proxies: number
  /** The exit code. */
  readonly code: number
}

/**
 * Reads proxies and gives their rows. Those that fail are reported on stderr and do not hide the others.
 * In a thread it never resolves: what is read there goes to the main thread, which joins it.
 * @template R rows as `encode` makes them: plain data
 * @throws AppError when nothing could be read
 */
export async function fillTables<R>(
  { chosen, reads, encode, moved, take, lenient }: Filling<R>,
  args: Args,
  context: Context,
): Promise<Filled> {
  const filled = new Set(Object.keys(reads))
  const asked = lintOptions(args)
  const lint = filled.has(findingsTable) ? asked : undefined
  const checked: CheckedProxy[] = []
  const reading = new FleetReading(chosen.proxies, context)
  const task = async (proxy: Chosen['proxies'][number]): Promise<ReadProxy<R>> => ({
    rows: await proxyRows(proxy, { reads, encode }, context),
    checked: lint && (await checkedProxy(proxy, lint, context)),
  })
  const codec: ResultCodec<ReadProxy<R>, ReadProxy<R>> = {
    encode: (read) => read,
    decode: (read) => read,
    moved: ({ rows }) => rows.flatMap((each) => moved?.(each) ?? []),
  }
  const read: MeshProxy[] = []
  for await (const { proxy, result } of reading.successes(task, { maxAhead: usualMaxAhead, codec, given: reads })) {
    read.push(proxy)
    if (result.checked !== undefined) checked.push(result.checked)
    for (const rows of result.rows) await take(rows)
  }
  const code = await reading.conclude()
  const found: R[] = []
  const add = (rows: TableRows) => void found.push(encode(rows))
  if (lint !== undefined) {
    const view = findingsView(checked, lint)
    for (const note of view.notes) context.note(note)
    await addView(tableNamed(findingsTable), reads[findingsTable] ?? [], view, {}, add)
  }
  if (filled.has(statusTable)) {
    try {
      // Those that cannot be read were reported.
      const view = await statusView({ ...chosen, proxies: read }, args, context)
      await addView(tableNamed(statusTable), reads[statusTable] ?? [], view, {}, add)
    } catch (error) {
      if (!lenient || !(error instanceof AppError) || context.io.signal.aborted) throw error
      filled.delete(statusTable)
      context.note(`The table status is left out: ${error.message}`)
    }
  }
  for (const rows of found) await take(rows)
  return { tables: [...filled], proxies: read.length, code }
}
