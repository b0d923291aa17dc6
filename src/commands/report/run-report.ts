import type { Args, Context } from '../../contract/command.ts'
import { program } from '../../contract/help.ts'
import { captureOf, isOffline, selectionOf } from '../../contract/selection.ts'
import type { Crossing } from '../../contract/threads.ts'
import { version } from '../../contract/version.ts'
import { AppError, UsageError } from '../../errors.ts'
import { pageRedaction } from '../../fetch/capture/write/page-redaction.ts'
import { openFile } from '../../fetch/report/open-file.ts'
import { lintFindings } from '../../lint/analysis/lint-findings.ts'
import type { Selection } from '../../mesh/selection.ts'
import { DumpPacker } from '../../page/write/packed-dump.ts'
import { PageEncoder } from '../../page/write/page-encoder.ts'
import { redactPatterns } from '../capture/capture-options.ts'
import { FleetReading } from '../proxies/fleet/fleet-reading.ts'
import type { Chosen } from '../query/fill/mesh-rows.ts'
import { type Kept, meshTables } from './mesh-tables.ts'
import { type Packing, packedProxy, type ReadForPage } from './packed-proxy.ts'
import { type PageOutput, pageOutput } from './page-output.ts'

/** Proxies that a page may have. */
const maxProxies = 1000

/** Proxies that are done before an earlier one. */
const heldBack = 64

/** Writes a page of the proxies that the arguments name. */
export async function runReport(args: Args, context: Context): Promise<number> {
  const file = fileOf(args, context)
  const redaction = pageRedaction(redactPatterns(args) ?? [])
  const packing: Packing = {
    packer: new DumpPacker(redaction.json),
    redact: redaction.json,
    lint: lintFindings.options(args),
    capture: args.string('capture'),
    ownStatus: isOffline(args) || captureOf(args) !== undefined,
  }
  const selection = selectionOf(args, { command: 'report', every: true, many: true, orScope: true })
  const proxies = await context.open(selection)
  if (proxies.length > maxProxies)
    throw new AppError(
      `a page holds at most ${maxProxies.toLocaleString('en')} proxies, and these are ${proxies.length.toLocaleString('en')}`,
      { hint: 'Name fewer, with -n, -l or TYPE/NAME; query and export have no such limit.' },
    )
  const output = await pageOutput(file, context)
  try {
    const code = await writePage({ chosen: { selection, proxies }, packing, output }, args, context)
    await output.end()
    if (file !== undefined && args.boolean('open') === true) await openFile(file, context.io.env)
    return code
  } finally {
    output.discard()
  }
}

interface Writing {
  readonly chosen: Chosen
  readonly packing: Packing
  readonly output: PageOutput
}

/** @returns the exit code */
async function writePage({ chosen, packing, output }: Writing, args: Args, context: Context): Promise<number> {
  const encoder = new PageEncoder(output.write)
  // At once: proxies are read in another order than they are added in, and those that are added first may have some of it.
  const taken = (read: ReadForPage): ReadForPage => {
    encoder.take(read.added)
    return { ...read, added: none }
  }
  const crossing: Crossing<ReadForPage, ReadForPage> = { encode: (read) => read, decode: taken }
  const kept: Kept[] = []
  const reading = new FleetReading(chosen.proxies, context)
  const task = async (proxy: Chosen['proxies'][number]) => {
    const read = await packedProxy(proxy, packing, context)
    // A thread sends what it has read.
    return output.isWritten ? taken(read) : read
  }
  for await (const { result } of reading.successes(task, { heldBack, crossing })) {
    await encoder.add(result.proxy)
    const { checked, certificates, status } = result
    kept.push({ checked, certificates, status })
  }
  const code = await reading.conclude()
  const { tables, notes } = await meshTables({ kept, chosen, packing }, args, context)
  await encoder.end({
    program: `${program} ${version}`,
    written: context.io.now().toISOString(),
    source: sourceOf(chosen.selection, args),
    failures: reading.failures.map(({ proxy, error }) => ({
      proxy: proxy.id.name,
      reason: String(packing.redact(error.message)),
    })),
    tables,
    notes,
  })
  return code
}

const none: ReadonlyMap<string, string> = new Map()

/** The file that is written; undefined for standard output. @throws UsageError when that is a terminal */
function fileOf(args: Args, { io }: Context): string | undefined {
  const given = args.string('output')
  if (given === '') throw new UsageError('-o needs the name of a file')
  if (given !== undefined && given !== '-') return given
  if (args.boolean('open') === true) {
    if (given === '-') throw new UsageError('--open opens a file: it does not go with -o -')
    return `proxy-report-${io
      .now()
      .toISOString()
      .replace(/[-:]|\.\d+/g, '')}.html`
  }
  if (io.stdoutColumns !== undefined)
    throw new UsageError('report writes HTML, which is not for a terminal', { hint: 'Try: -o mesh.html, or --open' })
  return undefined
}

/** Where the proxies come from, in words. */
function sourceOf(selection: Selection, args: Args): string {
  if (selection.from === 'files') {
    const [only, second] = selection.files
    return only !== undefined && second === undefined ? only : `${selection.files.length} files`
  }
  if (selection.from === 'url') return selection.url
  const capture = args.string('capture')
  return capture === undefined ? 'live proxies' : `capture ${capture}`
}
