import { type TextLine, type View, withTones } from '../../../view.ts'
import type { Counts } from '../tally/counts.ts'
import type { FailureKind } from '../tally/failure-kind.ts'
import { severity } from '../tally/severity.ts'
import { failureColumns } from './columns.ts'
import { explainDocument } from './explain-document.ts'
import { explainedKind, type LoggingProxy } from './explained-kind.ts'
import type { ExplainedKind, ExplainedLog } from './explained-log.ts'
import { failureBlock } from './failure-block.ts'
import { destinationLines, summary, withoutRequests } from './summary.ts'
import { verificationLines } from './verification-lines.ts'

/**
 * What a log says, as a View: a block for each kind of failure, a row for each, a document.
 * @param all also list the destinations of requests where some failed
 */
export function explainView(log: ExplainedLog, all: boolean): View {
  const document = () => ({ value: explainDocument(log) })
  const empty = log.tally.requests === 0 ? withoutRequests(log.tally) : undefined
  return {
    kind: 'failure',
    columns: failureColumns,
    rows: log.kinds.map(failureRow),
    document,
    raw: document,
    texts: { text: () => explanation(log, all) },
    notes: [...log.notes, ...(empty === undefined ? [] : [empty])],
    empty: empty ?? 'Nothing failed.',
  }
}

/** The first line of a kind of failure, while the log goes on. */
export function firstView(kind: FailureKind, proxy: LoggingProxy | undefined): View {
  const explained = explainedKind(kind, proxy)
  const document = () => ({ value: explained })
  return {
    kind: 'failure',
    columns: failureColumns,
    rows: [failureRow(explained)],
    document,
    raw: document,
    texts: { text: () => [...failureBlock(explained, false), ''] },
    notes: [],
    empty: '',
  }
}

function failureRow({ kind, next }: ExplainedKind): View['rows'][number] {
  const { code, flags, detail, cluster } = kind.key
  const { cause } = kind.diagnosis
  return {
    name: [code, flags, detail, cluster].filter(Boolean).join('/'),
    cells: [
      kind.count,
      code,
      flags,
      detail,
      cluster,
      cause.title,
      cause.by,
      cause.sure,
      names(kind.hosts),
      names(kind.routes),
      kind.first,
      kind.last,
      next,
    ],
    ...withTones({ cause: severity(kind) }),
  }
}

function names(counts: Counts): string {
  return counts
    .top(3)
    .map(([name]) => name)
    .join(',')
}

/** The text: a line about the whole log unless it is a single line, then the blocks, then where the requests went. */
function explanation({ tally, kinds, verification }: ExplainedLog, all: boolean): TextLine[] {
  const { requests, passedBy, filteredOut } = tally
  if (requests === 0) return []
  const isOnly = requests === 1 && passedBy === 0 && filteredOut === 0
  const blocks = kinds.flatMap((kind, at) => [...(at === 0 && isOnly ? [] : ['']), ...failureBlock(kind, isOnly)])
  const isHealthy = kinds.length === 0
  return [
    ...(isOnly && !isHealthy ? [] : summary(tally)),
    ...blocks,
    ...(tally.uncounted === 0
      ? []
      : ['', `${tally.uncounted} failures more, of kinds that were too many to be kept apart`]),
    ...(verification === undefined ? [] : ['', ...verificationLines(verification)]),
    ...(all || isHealthy ? ['', ...destinationLines(tally.destinations)] : []),
  ]
}
