import { type Diagnosis, diagnose } from '../diagnosis/diagnose.ts'
import type { LoggedRequest } from '../log/logged-request.ts'
import { Counts } from './counts.ts'
import { clipped, detached } from './detached.ts'
import { Durations } from './durations.ts'

/** What lines of one kind have in common. */
export interface KindKey {
  readonly code: string | undefined
  readonly flags: string | undefined
  readonly detail: string | undefined
  readonly cluster: string | undefined
  readonly grpcStatus: string | undefined
}

/** Lines that are kept of a kind, for a trace of what they asked. */
const maxExamples = 3

/** Failures of one kind: alike in status, flags, details and cluster. */
export class FailureKind {
  readonly key: KindKey
  readonly diagnosis: Diagnosis
  readonly hosts = new Counts()
  readonly routes = new Counts()
  readonly authorities = new Counts()
  readonly durations = new Durations()
  readonly #examples: Example[] = []
  count = 0
  first: string | undefined
  last: string | undefined

  constructor(key: KindKey, diagnosis: Diagnosis) {
    this.key = key
    this.diagnosis = diagnosis
  }

  add(line: LoggedRequest): void {
    this.count += 1
    const time = line.get('time')
    this.first ??= time && detached(time)
    if (time !== undefined) this.last = time
    count(this.hosts, line.get('upstreamHost'))
    count(this.routes, line.get('route'))
    count(this.authorities, line.get('authority'))
    const duration = Number(line.get('duration'))
    if (Number.isFinite(duration)) this.durations.add(duration)
  }

  /** Whether another line is to be kept. */
  get wantsExample(): boolean {
    return this.#examples.length < maxExamples
  }

  keep(example: Example): void {
    this.#examples.push(example)
  }

  get examples(): readonly Example[] {
    return this.#examples
  }
}

export interface Example {
  readonly line: LoggedRequest
  /** As it stands in the log. */
  readonly text: string
}

/** The text that lines of one kind share. Cheap: a log may consist of failures. */
export function kindText(line: LoggedRequest): string {
  return [
    line.get('code'),
    line.get('flags'),
    line.get('details'),
    line.get('cluster'),
    line.get('grpcStatus'),
    line.get('transportFailure'),
    line.get('downstreamFailure'),
    line.get('termination'),
  ].join('\u0000')
}

/** The kind of a line, which holds what is particular to the line alone only as its cause. */
export function kindOf(line: LoggedRequest): FailureKind {
  const found = diagnose(line)
  const diagnosis = {
    ...found,
    unknown: found.unknown.map((what) => detached(clipped(what))),
    detail: copied(found.detail),
  }
  return new FailureKind(
    {
      code: copied(line.get('code')),
      flags: copied(line.get('flags')),
      detail: diagnosis.detail,
      cluster: copied(line.get('cluster')),
      grpcStatus: copied(line.get('grpcStatus')),
    },
    diagnosis,
  )
}

function copied(text: string | undefined): string | undefined {
  return text === undefined ? undefined : detached(clipped(text))
}

function count(counts: Counts, value: string | undefined): void {
  if (value !== undefined) counts.add(value)
}
