import type { Args, Context } from '../../contract/command.ts'
import { exitCode, UsageError } from '../../errors.ts'
import { openCapture } from '../../fetch/capture/open-capture.ts'
import { describedCapture } from '../../fetch/capture/saved/described-capture.ts'
import { sizeLimit } from '../../fetch/limits.ts'
import { captureNotes } from './capture-notes.ts'
import { captureView } from './capture-view.ts'

/** The table of contents of a capture. */
export async function showCapture(args: Args, context: Context): Promise<number> {
  const [, file, more] = args.positionals
  if (file === undefined || more !== undefined) throw new UsageError('capture show takes one FILE')
  const capture = await openCapture(file, {
    maxSize: sizeLimit(args.string('max-size')),
    everyFile: true,
    note: context.note,
  })
  const manifest = capture.manifest ?? (await describedCapture(capture))
  captureNotes(capture.label, manifest).forEach(context.note)
  await context.render(captureView(manifest))
  return exitCode.ok
}
