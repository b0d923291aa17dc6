import type { Agreement } from '../join/agreement.ts'
import type { Verification } from '../join/verification.ts'
import { sources } from '../knowledge/cause/cause.ts'
import type { Counts } from '../tally/counts.ts'
import type { Destination } from '../tally/log-tally.ts'
import type { ExplainedKind, ExplainedLog } from './explained-log.ts'

/** `-o json`: what the log holds, its kinds of failures and its destinations. docs/schemas/explain-document.json describes it. */
export function explainDocument({ tally, kinds, verification }: ExplainedLog): object {
  const { requests, failures, passedBy, filteredOut, first, last, formats } = tally
  return {
    requests,
    failures,
    otherLines: passedBy,
    filteredOut,
    ...(first === undefined ? {} : { first, last }),
    formats: [...formats].map(({ name }) => name),
    kinds: kinds.map(kindDocument),
    destinations: tally.destinations.map(destinationDocument),
    ...(verification === undefined ? {} : { verification: verificationDocument(verification) }),
  }
}

function verificationDocument({ compared, untraceable, counts, listed }: Verification): object {
  const of = (kind: Agreement['kind']) => counts.get(kind) ?? 0
  return {
    compared,
    untraceable,
    predicted: of('predicted'),
    event: of('event'),
    header: of('header'),
    rewritten: of('rewritten'),
    undecided: of('undecided'),
    differs: of('differs'),
    disagreements: listed.map(({ text, agreement, traced }) => ({ line: text, reason: agreement.kind, traced })),
  }
}

function kindDocument({ kind, findings, next }: ExplainedKind): object {
  const { cause, otherFlags, unknown } = kind.diagnosis
  const { code, flags, detail, cluster, grpcStatus } = kind.key
  return {
    count: kind.count,
    flagList: (flags ?? '').split(',').filter((flag) => flag !== '' && flag !== '-'),
    ...present({ code, flags, details: detail, cluster, grpcStatus, first: kind.first, last: kind.last }),
    cause: cause.title,
    meaning: cause.meaning,
    endedBy: cause.by,
    certainty: cause.sure,
    fields: cause.fields,
    advice: next,
    source: sources[cause.source],
    otherFlags: otherFlags.map(({ title, meaning }) => ({ cause: title, meaning })),
    unknown,
    findings,
    hosts: counted(kind.hosts),
    routes: counted(kind.routes),
    authorities: counted(kind.authorities),
    examples: kind.examples.map(({ text }) => text),
  }
}

function destinationDocument({ cluster, route, requests, failures, durations }: Destination): object {
  return {
    ...present({ cluster: cluster || undefined, route: route || undefined }),
    requests,
    failures,
    ...present({ p50Milliseconds: durations.quantile(0.5), p99Milliseconds: durations.quantile(0.99) }),
  }
}

function counted(counts: Counts): object[] {
  return counts.top(10).map(([name, count]) => ({ name, count }))
}

function present(fields: Readonly<Record<string, string | number | undefined>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
