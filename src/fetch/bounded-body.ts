import type { IncomingMessage } from 'node:http'
import { AppError } from '../errors.ts'
import { Gatherer } from './gatherer.ts'
import { limits, tooLarge } from './limits.ts'

/**
 * The body of an answer, up to a limit that is counted before memory is taken. Of a status that is no success only the beginning
 * is read: it is text for an error.
 * @param label how errors name the other side
 * @param came called with how many more bytes have come
 * @returns `cut` when the body goes on behind what was read
 * @throws AppError `too-large`, `unexpected-answer`; whatever the stream fails with
 */
export async function boundedBody(
  response: IncomingMessage,
  label: string,
  maxSize: number = limits.answer,
  came: (bytes: number) => void = () => undefined,
): Promise<{ body: Buffer; cut: boolean }> {
  const { statusCode = 0, headers } = response
  const encoding = headers['content-encoding'] ?? 'identity'
  const isSuccess = statusCode >= 200 && statusCode < 300
  if (isSuccess && encoding !== 'identity') {
    throw new AppError(`the answer from ${label} is compressed (${encoding.slice(0, 40)}), which was not asked for`, {
      code: 'unexpected-answer',
      hint: 'A proxy on the way may compress what it passes on: switch that off there, or ask past it.',
    })
  }
  if (isSuccess && Number(headers['content-length']) > maxSize) throw tooLarge(label, maxSize)
  const all = new Gatherer(isSuccess ? maxSize : limits.errorText)
  let cut = false
  for await (const chunk of response as AsyncIterable<Buffer>) {
    came(chunk.length)
    if (isSuccess && !all.add(chunk)) throw tooLarge(label, maxSize)
    if (isSuccess) continue
    all.add(chunk.subarray(0, limits.errorText - all.length))
    cut = all.length === limits.errorText
    if (cut) break
  }
  return { body: all.bytes(), cut }
}
