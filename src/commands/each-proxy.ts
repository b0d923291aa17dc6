import type { Context } from '../cli/command.ts'
import { AppError, exitCode } from '../errors.ts'
import type { Source } from '../fetch/source.ts'

interface Labelled<T> {
  readonly label: string
  readonly view: T
}

/**
 * Does the same for every proxy. One that fails is named in a note and does not hide the others; the exit code is then 1.
 * @throws the first error when every proxy fails
 */
export async function eachProxy<T>(
  sources: readonly Source[],
  { note, io }: Context,
  show: (source: Source) => Promise<T>,
): Promise<{ views: Labelled<T>[]; code: number }> {
  const settled = await Promise.allSettled(
    sources.map(async (source) => ({ label: source.label, view: await show(source) })),
  )
  const views = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const failed = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  const [first] = failed
  if (failed.length > 0 && (views.length === 0 || io.signal.aborted)) throw first
  for (const error of failed) {
    if (!(error instanceof AppError)) throw error
    note(`error: ${error.message}`)
  }
  return { views, code: failed.length > 0 ? exitCode.failed : exitCode.ok }
}
