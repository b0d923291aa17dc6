import type { Args, Context } from '../../contract/command.ts'
import { pageRedaction } from '../../fetch/capture/write/page-redaction.ts'
import { lintFindings } from '../../lint/analysis/lint-findings.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { DumpPacker } from '../../page/write/packed-dump.ts'
import { pageOutput } from './page-output.ts'
import { type Writing, writePage } from './write-page.ts'

/** An answer as a page: the proxies that it is about, and where it stands. */
interface AnswerPage {
  readonly proxies: readonly MeshProxy[]
  /** Where the proxies come from, in words. */
  readonly source: string
  readonly start: NonNullable<Writing['answer']>['start']
}

/** Writes the page of `report` with the proxies of an answer to standard output, opened at the answer. @returns the exit code of reading them */
export async function writeAnswerPage(
  { proxies, source, start }: AnswerPage,
  args: Args,
  context: Context,
): Promise<number> {
  const redaction = pageRedaction([])
  const packing = {
    packer: new DumpPacker(redaction.json),
    redact: redaction.json,
    lint: lintFindings.options(args),
    capture: args.string('capture'),
    ownStatus: true,
  }
  const output = await pageOutput(undefined, context)
  const chosen = { selection: { from: 'files', files: [] }, proxies } as const
  const code = await writePage({ chosen, packing, output, source, answer: { start } }, args, context)
  await output.end()
  return code
}
