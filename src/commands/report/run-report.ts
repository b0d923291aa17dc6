import type { Args, Context } from '../../contract/command.ts'
import { captureOf, isOffline, selectionOf } from '../../contract/selection.ts'
import { AppError, UsageError } from '../../errors.ts'
import { pageRedaction } from '../../fetch/capture/write/page-redaction.ts'
import { openFile } from '../../fetch/written/open-file.ts'
import { lintFindings } from '../../lint/analysis/lint-findings.ts'
import { fleetRules } from '../../lint/rules/fleet-rules.ts'
import type { Selection } from '../../mesh/selection.ts'
import { DumpPacker } from '../../page/write/packed-dump.ts'
import { redactPatterns } from '../capture/capture-options.ts'
import { fleetQuestions } from '../lint/fleet-questions.ts'
import type { Packing } from './packed-proxy.ts'
import { pageOutput } from './page-output.ts'
import { maxProxies, writePage } from './write-page.ts'

/** Writes a page of the proxies that the arguments name. */
export async function runReport(args: Args, context: Context): Promise<number> {
  const file = fileOf(args, context)
  const redaction = pageRedaction(redactPatterns(args) ?? [])
  const selection = selectionOf(args, { command: 'report', every: true, many: true, orScope: true })
  const proxies = await context.open(selection)
  if (proxies.length > maxProxies)
    throw new AppError(
      `a page holds at most ${maxProxies.toLocaleString('en')} proxies, and these are ${proxies.length.toLocaleString('en')}`,
      { hint: 'Name fewer, with -n, -l or TYPE/NAME; query and export have no such limit.' },
    )
  const packing: Packing = {
    packer: new DumpPacker(redaction.json),
    redact: redaction.json,
    lint: lintFindings.options(args),
    fleet: await fleetQuestions({ rules: fleetRules, selection, count: proxies.length }, context),
    capture: args.string('capture'),
    ownStatus: isOffline(args) || captureOf(args) !== undefined,
  }
  const output = await pageOutput(file, context)
  try {
    const source = sourceOf(selection, args)
    const code = await writePage({ chosen: { selection, proxies }, packing, output, source }, args, context)
    await output.end()
    if (file !== undefined && args.boolean('open') === true) await openFile(file, context.io.env)
    return code
  } finally {
    output.discard()
  }
}

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
