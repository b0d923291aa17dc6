import { setTimeout as sleep } from 'node:timers/promises'
import { type Verdict, type WaitCondition, waitCondition } from '../../analyses/wait/wait-condition.ts'
import { type Verdicts, waitView } from '../../analyses/wait/wait-view.ts'
import type { Args, Context } from '../../contract/command.ts'
import { durationOption } from '../../contract/duration-option.ts'
import { selectionOf } from '../../contract/selection.ts'
import { AppError, exitCode, UsageError } from '../../errors.ts'
import { atMost } from '../../mesh/at-most.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { proxyCheck } from './condition-checks.ts'
import { ownSynced, syncedOf } from './synced.ts'

/** Waits until a condition holds for every proxy. @returns exit code 1 when it does not in time */
export async function showWait(args: Args, context: Context): Promise<number> {
  const text = args.string('for')
  if (text === undefined) throw new UsageError('wait needs --for CONDITION')
  const condition = waitCondition(text)
  const timeout = durationOption(args, 'timeout', 0) ?? 0
  const interval = durationOption(args, 'interval', 100) ?? 0
  const selection = selectionOf(args, { command: 'wait', every: true, many: true, orScope: true })
  if (condition.kind === 'delivered' && (selection.from === 'files' || selection.from === 'url'))
    throw new UsageError(
      '--for delivered reads the object from the API server: it goes with neither --file nor --url',
      {
        hint: 'Name pods, or a capture with --capture.',
      },
    )
  const { io } = context
  // The clock of the day may jump; this one does not.
  const end = performance.now() + timeout
  for (;;) {
    // Pods are looked up anew each time: those of a new version are waited for as well.
    const proxies = await context.open(selection)
    const verdicts = await look(condition, proxies, args, context)
    const met = [...verdicts.values()].filter((verdict) => verdict.met).length
    // What was saved does not change.
    const isSaved = proxies.length > 0 && proxies.every(({ live }) => !live)
    const left = isSaved ? 0 : end - performance.now()
    if (met === verdicts.size || left <= 0) {
      await context.render(waitView(verdicts))
      context.note(`${met} of ${verdicts.size} ${verdicts.size === 1 ? 'proxy' : 'proxies'}: ${text}`)
      return met === verdicts.size ? exitCode.ok : exitCode.failed
    }
    io.progress?.done(met, verdicts.size, `proxies: ${text}`)
    await sleep(Math.min(interval, left), undefined, { signal: io.signal })
  }
}

async function look(
  condition: WaitCondition,
  proxies: readonly MeshProxy[],
  args: Args,
  context: Context,
): Promise<Verdicts> {
  const isOfMesh = condition.kind === 'synced' && proxies.some(({ id }) => id.pod !== undefined)
  if (isOfMesh) return syncedOf(proxies, args, context)
  const check = condition.kind === 'synced' ? ownSynced(context) : await proxyCheck(condition, args, context)
  const { concurrency } = await context.fleet()
  const failures: AppError[] = []
  const verdicts = await atMost(concurrency, proxies, async (proxy): Promise<[string, Verdict]> => {
    try {
      return [proxy.id.name, await check(proxy)]
    } catch (error) {
      if (!(error instanceof AppError) || error instanceof UsageError || context.io.signal.aborted) throw error
      // One that does not answer yet may be starting; what was saved stays as it is.
      if (!proxy.live) failures.push(error)
      return [proxy.id.name, { met: false, reason: error.message }]
    }
  })
  // One that was saved without what is asked for hides none of the others.
  const [failure] = failures
  if (failure !== undefined && failures.length === proxies.length) throw failure
  return new Map(verdicts)
}
