import { AppError } from '../../../errors.ts'
import type { LogQuery } from '../../../mesh/cluster.ts'
import type { Pod } from '../../../mesh/pods/pod.ts'
import { logFile, proxyEntry } from '../format/layout.ts'
import type { CaptureFile } from './capture-file.ts'

/**
 * The log that was captured of a pod's proxy; with `sinceSeconds` the end of it, counted back from when the capture was made, of what has no
 * manifest from the newest line.
 * @throws AppError when no log was captured
 */
export async function capturedLog(
  capture: CaptureFile,
  pod: Pod,
  { sinceSeconds }: Pick<LogQuery, 'sinceSeconds'>,
): Promise<Uint8Array> {
  const bytes = await capture.bytes(proxyEntry(pod, logFile))
  if (bytes === undefined)
    throw new AppError(`${capture.label} has no log of pod ${pod.namespace}/${pod.name}: --logs captures it`)
  if (sinceSeconds === undefined) return bytes
  const end = Date.parse(capture.manifest?.ended ?? '')
  return linesSince(bytes, sinceSeconds, Number.isNaN(end) ? undefined : end)
}

/** A time at the start of a line, bare as the API server writes it or in brackets as Envoy does. */
const timeOfLine = /^\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)/

/** Lines are in the order of time; those without a time belong to the one before. */
function linesSince(bytes: Uint8Array, seconds: number, end: number | undefined): Uint8Array {
  const from = (end ?? newestTime(bytes)) - seconds * 1000
  for (const { start, time } of timedLines(bytes)) if (time >= from) return bytes.subarray(start)
  return bytes.subarray(bytes.length)
}

function newestTime(bytes: Uint8Array): number {
  let newest = Number.NEGATIVE_INFINITY
  for (const { time } of timedLines(bytes)) newest = Math.max(newest, time)
  return newest
}

function* timedLines(bytes: Uint8Array): Generator<{ readonly start: number; readonly time: number }> {
  for (let start = 0; start < bytes.length; ) {
    const head = Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(40, bytes.length - start))
    const time = Date.parse(timeOfLine.exec(head.toString('latin1'))?.[1] ?? '')
    if (!Number.isNaN(time)) yield { start, time }
    const newline = bytes.indexOf(10, start)
    if (newline === -1) return
    start = newline + 1
  }
}
