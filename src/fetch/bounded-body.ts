import type { IncomingMessage } from 'node:http'
import { AppError } from '../errors.ts'
import { limits, tooLarge } from './limits.ts'

/**
 * The body of an answer, up to a limit that is counted before memory is taken. Of a status that is no success only the beginning
 * is read: it is text for an error.
 * @param label how errors name the other side
 * @param came is told how many bytes more have come
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
    throw new AppError(`the answer from ${label} is compressed (${encoding.slice(0, 40)}), which nobody asked for`, {
      code: 'unexpected-answer',
    })
  }
  if (isSuccess && Number(headers['content-length']) > maxSize) throw tooLarge(label, maxSize)
  const chunks: Buffer[] = []
  let received = 0
  let cut = false
  for await (const chunk of response as AsyncIterable<Buffer>) {
    received += chunk.length
    came(chunk.length)
    if (isSuccess && received > maxSize) throw tooLarge(label, maxSize)
    chunks.push(chunk)
    cut = !isSuccess && received >= limits.errorText
    if (cut) break
  }
  const [only] = chunks
  const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, received)
  return { body: cut ? body.subarray(0, limits.errorText) : body, cut }
}
