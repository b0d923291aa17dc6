import type { Args, Context } from '../../contract/command.ts'
import { program } from '../../contract/help.ts'
import { selectionOf } from '../../contract/selection.ts'
import { version } from '../../contract/version.ts'
import { AppError, UsageError } from '../../errors.ts'
import { pageRedaction } from '../../fetch/capture/write/page-redaction.ts'
import { HtmlFile } from '../../fetch/report/html-file.ts'
import { openFile } from '../../fetch/report/open-file.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { Selection } from '../../mesh/selection.ts'
import { DumpPacker } from '../../page/write/packed-dump.ts'
import { PageEncoder } from '../../page/write/page-encoder.ts'
import { aroundData } from '../../page/write/page-html.ts'
import { redactPatterns } from '../capture/capture-options.ts'
import { FleetReading } from '../proxies/fleet/fleet-reading.ts'
import { packedProxy } from './packed-proxy.ts'

/** Proxies that a page may have. */
const maxProxies = 1000

/** Writes a page of the proxies that the arguments name. */
export async function runReport(args: Args, context: Context): Promise<number> {
  const { io } = context
  const file = fileOf(args, context)
  const redaction = pageRedaction(redactPatterns(args) ?? [])
  const selection = selectionOf(args, { command: 'report', every: true, many: true, orScope: true })
  const proxies = await context.open(selection)
  if (proxies.length > maxProxies)
    throw new AppError(`a page holds at most ${maxProxies.toLocaleString('en')} proxies, these are ${proxies.length}`, {
      hint: 'Name fewer, with -n, -l or TYPE/NAME; query and export have no such limit.',
    })
  const [before, behind] = aroundData((await io.pageTemplate?.()) ?? '')
  const target = file === undefined ? undefined : new HtmlFile(file)
  const write = async (html: string) => {
    if (target === undefined) await io.write(html)
    else target.write(html)
  }
  try {
    await write(before)
    const encoder = new PageEncoder(write)
    const packer = new DumpPacker(redaction.json)
    const reading = new FleetReading(proxies, context)
    const packed = async (proxy: MeshProxy) => {
      const { proxy: made, added } = await packedProxy(proxy, packer, context)
      // At once: proxies are read in another order than they are added in, and those that are added first may have some of it.
      encoder.take(added)
      return made
    }
    for await (const { result } of reading.successes(packed)) await encoder.add(result)
    const code = await reading.conclude()
    await encoder.end({
      program: `${program} ${version}`,
      written: io.now().toISOString(),
      source: sourceOf(selection, args),
      failures: reading.failures.map(({ proxy, error }) => ({
        proxy: proxy.id.name,
        reason: redaction.text(error.message),
      })),
      tables: {},
      notes: [],
    })
    await write(behind)
    target?.done()
    if (file !== undefined && args.boolean('open') === true) await openFile(file, io.env)
    return code
  } finally {
    target?.discard()
  }
}

/** The file that is written; undefined for standard output. @throws UsageError when that is a terminal */
function fileOf(args: Args, { io }: Context): string | undefined {
  const given = args.string('output')
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
  if (selection.from === 'files')
    return selection.files.length === 1 ? (selection.files[0] ?? '') : `${selection.files.length} files`
  if (selection.from === 'url') return selection.url
  const capture = args.string('capture')
  return capture === undefined ? 'live proxies' : `capture ${capture}`
}
