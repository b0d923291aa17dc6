import { tracer, verification } from '../../analyses/explain/join/verification.ts'
import type { LineFormat } from '../../analyses/explain/log/line-format.ts'
import { loadedFormats } from '../../analyses/explain/log/loaded-formats.ts'
import { type LogReader, logReader } from '../../analyses/explain/log/log-reader.ts'
import { shortLine } from '../../analyses/explain/log/short-line.ts'
import { type LoggingProxy, logExplanation } from '../../analyses/explain/log-explanation.ts'
import { type LogTally, logTally } from '../../analyses/explain/tally/log-tally.ts'
import type { Args, Context } from '../../contract/command.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { numberOf, stringOf } from '../../envoy/json.ts'
import { adminReply, clusterStatusesOf } from '../../envoy/proto-json/admin-reply.ts'
import { humanDuration } from '../../envoy/text/human-duration.ts'
import { AppError, UsageError } from '../../errors.ts'
import { optionalDocument } from '../../mesh/proxies/documents.ts'
import { answer } from '../analysis/answer.ts'
import { readProxy, type TracedProxy } from '../trace/traced-proxy.ts'
import { type ExplainWords, explainWords } from './explain-words.ts'
import { logInput } from './log-input.ts'
import { logLines } from './log-lines.ts'
import { wherePredicate } from './where.ts'

/** Why the requests of a log failed; or of one line. */
export async function showExplanation(args: Args, context: Context): Promise<number> {
  const words = explainWords(args)
  const wanted = wherePredicate(args.strings('where'))
  const read = await proxyOf(words, args, context)
  const proxy = read === undefined ? undefined : await loggingProxy(read, context)
  const reader = readerOf(proxy?.dump, context)
  const verified =
    proxy !== undefined && args.boolean('verify') === true ? verification(proxy.dump, proxy.traceOf) : undefined
  const tally = logTally(words.line === undefined ? reader : withShortLines(reader), {
    ...(wanted === undefined ? {} : { wanted }),
    ...(verified === undefined ? {} : { also: (line, text) => verified.add(line, text) }),
  })
  if (words.line !== undefined) takeLine(words.line, tally)
  else await takeLog(words.log ?? '-', tally, context)
  const gathered = { tally, proxy, verification: verified, notes: proxy?.dump.notes ?? [] }
  return answer(logExplanation, gathered, logExplanation.options(args), context)
}

/** What is asked of the proxy that wrote the lines. */
async function loggingProxy({ proxy, dump, clusters, stats }: TracedProxy, { io }: Context): Promise<LoggingProxy> {
  const info = await optionalDocument(proxy, 'server_info', io.signal)
  return {
    dump,
    traceOf: tracer({ dump, clusters, stats }),
    statuses: clusters === undefined ? [] : clusterStatusesOf(clusters),
    uptime: uptimeOf(info),
  }
}

/** (envoy.admin.v3.ServerInfo) */
function uptimeOf(info: unknown): string | undefined {
  const { uptime_current_epoch: uptime } = adminReply(info, 'ServerInfo')
  const seconds = numberOf(stringOf(uptime)?.replace(/s$/, ''))
  return seconds === undefined ? undefined : humanDuration(seconds * 1000)
}

/** The one proxy that wrote the lines. @throws UsageError when several are named */
async function proxyOf({ selection }: ExplainWords, args: Args, context: Context): Promise<TracedProxy | undefined> {
  if (selection === undefined) return undefined
  const [proxy, second] = await context.open(selection)
  if (proxy === undefined) return undefined
  if (second !== undefined) throw new UsageError('explain reads the log of one proxy: name one pod')
  return readProxy(proxy, args, context)
}

/** Lines are read in the formats of the proxy; it says so where it writes none. */
function readerOf(dump: ConfigDump | undefined, { note }: Context): LogReader {
  if (dump === undefined) return logReader([])
  const { formats, withoutLines, unreadable } = loadedFormats(dump)
  if (formats.length === 0 && withoutLines.length > 0)
    note(`The proxy sends its access log elsewhere (${withoutLines.join(', ')}) and writes no lines of its own.`)
  if (unreadable > 0)
    note(
      `${unreadable} of the formats that the proxy has loaded cannot be read here; lines are read as the known formats.`,
    )
  return logReader(formats)
}

function takeLine(line: string, tally: LogTally): void {
  tally.take(line)
  if (tally.requests + tally.leftOut > 0) return
  throw new AppError('this is no line of an access log that is known here', {
    hint: 'With the dump of the proxy that wrote it (--file) its own format is read. A few words do as well: 503 UC.',
  })
}

async function takeLog(path: string, tally: LogTally, context: Context): Promise<void> {
  for await (const lines of logLines(await logInput(path, context))) {
    for (const line of lines) {
      if (line === undefined) tally.takeUnread()
      else tally.take(line)
    }
  }
  noteMissing([...tally.formats], tally, context)
}

/** Fields without which little can be said, and what adds them. */
const wished = [
  ['flags', '%RESPONSE_FLAGS%'],
  ['details', '%RESPONSE_CODE_DETAILS%'],
  ['cluster', '%UPSTREAM_CLUSTER%'],
] as const

function noteMissing(formats: readonly LineFormat[], { failures }: LogTally, { note }: Context): void {
  if (failures === 0) return
  const missing = wished.filter(
    ([field]) => formats.length > 0 && formats.every(({ fields }) => !fields.includes(field)),
  )
  if (missing.length > 0)
    note(`The format of the log lacks ${missing.map(([, operator]) => operator).join(', ')}, which would say more.`)
}

/** A LINE may be the few words in which a failure is passed on. */
function withShortLines(reader: LogReader): LogReader {
  return { used: reader.used, read: (line) => reader.read(line) ?? shortLine(line) }
}
