import type { FailureKind } from '../../analyses/explain/tally/failure-kind.ts'
import type { LogTally } from '../../analyses/explain/tally/log-tally.ts'
import type { Context } from '../../contract/command.ts'
import { AppError } from '../../errors.ts'
import { logLines } from './log-lines.ts'

/** @throws AppError when it is no line of an access log */
export function countLine(line: string, tally: LogTally): void {
  tally.take(line)
  if (tally.requests + tally.filteredOut > 0) return
  throw new AppError('this is no line of an access log that is known here', {
    hint: 'With the dump of the proxy that wrote it (--file) its own format is read. A few words do as well: 503 UC.',
  })
}

/** Takes every line of a log. @param onKind is given each kind of failure when its first line comes */
export async function countLog(
  input: AsyncIterable<Uint8Array>,
  tally: LogTally,
  onKind?: (kind: FailureKind) => Promise<void>,
): Promise<void> {
  for await (const lines of logLines(input)) {
    for (const line of lines) {
      if (line === undefined) {
        tally.takeUnread()
        continue
      }
      const kind = tally.take(line)
      if (kind !== undefined) await onKind?.(kind)
    }
  }
}

/** Fields without which little can be said, and what adds them. */
const wished = [
  ['flags', '%RESPONSE_FLAGS%'],
  ['details', '%RESPONSE_CODE_DETAILS%'],
  ['cluster', '%UPSTREAM_CLUSTER%'],
] as const

/** Says once what the formats of a log lack. */
export function noteMissing({ failures, formats }: LogTally, { note }: Context): void {
  if (failures === 0 || formats.size === 0) return
  const missing = wished.filter(([field]) => [...formats].every(({ fields }) => !fields.includes(field)))
  if (missing.length > 0)
    note(`The format of the log lacks ${missing.map(([, operator]) => operator).join(', ')}, which would say more.`)
}
