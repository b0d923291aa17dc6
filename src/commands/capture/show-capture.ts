import type { Args, Context } from '../../contract/command.ts'
import { AppError, exitCode, UsageError } from '../../errors.ts'
import { openCapture } from '../../fetch/capture/open-capture.ts'
import { sizeLimit } from '../../fetch/limits.ts'
import { captureNotes } from './capture-notes.ts'
import { captureView } from './capture-view.ts'

/** The table of contents of a capture. */
export async function showCapture(args: Args, context: Context): Promise<number> {
  const [, file, more] = args.positionals
  if (file === undefined || more !== undefined) throw new UsageError('capture show takes one FILE')
  const { label, manifest } = await openCapture(file, {
    maxSize: sizeLimit(args.string('max-size')),
    note: context.note,
  })
  if (manifest === undefined)
    throw new AppError(`${label} does not say what it holds: it was cut off before that was written`, {
      hint: `What is whole in it can be read all the same, for example: kubectl proxy-config clusters -A --capture ${label}`,
    })
  captureNotes(label, manifest).forEach(context.note)
  await context.render(captureView(manifest))
  return exitCode.ok
}
