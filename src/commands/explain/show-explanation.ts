import { verification } from '../../analyses/explain/join/verification.ts'
import { logExplanation } from '../../analyses/explain/log-explanation.ts'
import type { FailureKind } from '../../analyses/explain/tally/failure-kind.ts'
import { logTally } from '../../analyses/explain/tally/log-tally.ts'
import { firstView } from '../../analyses/explain/view/explain-view.ts'
import { agreementText } from '../../analyses/explain/view/verification-lines.ts'
import type { Args, Context } from '../../contract/command.ts'
import { exitCode, UsageError } from '../../errors.ts'
import { answer } from '../analysis/answer.ts'
import { type AskedCallers, readCallers } from './callers.ts'
import { countLine, countLog, noteMissing } from './count-log.ts'
import { explainWords } from './explain-words.ts'
import { readerOf, withShortLines } from './line-reader.ts'
import { logInput } from './log-input.ts'
import { type NamedProxy, namedProxy } from './logging-proxy.ts'
import { podLog } from './pod-log.ts'
import { wherePredicate } from './where.ts'
import { withObjectStatus } from './with-object-status.ts'

/** Why the requests of a log failed; or of one line. */
export async function showExplanation(args: Args, context: Context): Promise<number> {
  const { selection, callers: others, line, log } = explainWords(args)
  const wanted = wherePredicate(args.strings('where'))
  const follows = args.boolean('follow') === true
  if (follows && context.format.name !== 'text') throw new UsageError('--follow prints text: it goes with no other -o')
  const named = selection === undefined ? undefined : await namedProxy(selection, args, context)
  const proxy = named?.logging
  const reader = readerOf(proxy?.dump, context)
  const verified =
    proxy !== undefined && args.boolean('verify') === true ? verification(proxy.dump, proxy.traceOf) : undefined
  const tally = logTally(line === undefined ? reader : withShortLines(reader), {
    ...(wanted === undefined ? {} : { wanted }),
    ...(verified === undefined ? {} : { also: (read, text) => verified.add(read, text) }),
  })
  const withStatus = named === undefined ? undefined : withObjectStatus(named, context)
  if (line !== undefined) countLine(line, tally)
  else {
    await countLog(await inputOf(log, named, args, context), tally, follows ? teller(withStatus, context) : undefined)
    noteMissing(tally, context)
  }
  const judged = await withStatus?.(tally.kinds)
  const { callers, code } = others === undefined ? noCallers : await readCallers(others, tally.kinds, context)
  // Text and documents say it themselves.
  const { name, shows } = context.format
  if (verified !== undefined && shows === 'rows' && name !== 'text') context.note(agreementText(verified))
  const gathered = { tally, proxy: judged, callers, verification: verified, notes: proxy?.dump.notes ?? [] }
  return Math.max(code, await answer(logExplanation, gathered, logExplanation.options(args), context))
}

const noCallers: AskedCallers = { callers: [], code: exitCode.ok }

async function inputOf(
  log: string | undefined,
  named: NamedProxy | undefined,
  args: Args,
  context: Context,
): Promise<AsyncIterable<Uint8Array>> {
  if (log !== undefined) return logInput(log, context)
  if (named === undefined) throw new Error('explainWords asks for a log or a pod')
  return podLog(named.proxy, args, context)
}

/** Prints each kind of failure at its first line. */
function teller(
  withStatus: ReturnType<typeof withObjectStatus> | undefined,
  context: Context,
): (kind: FailureKind) => Promise<void> {
  return async (kind) => void (await context.render(firstView(kind, await withStatus?.([kind]))))
}
