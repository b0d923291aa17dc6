import type { Context } from '../../contract/command.ts'
import type { StoredBytes } from '../../envoy/input/stored-bytes.ts'
import { isObject, type Json } from '../../envoy/json.ts'
import { fileContent } from '../../fetch/saved/file-content.ts'
import { textLines } from '../../fetch/saved/text-lines.ts'
import { allOf } from '../../mesh/proxies/pages.ts'
import { requestsDocument } from './requests-document.ts'

/** A requests file: one document, or JSON lines as they arrive. */
export type RequestsInput = { readonly document: Json } | { readonly lines: AsyncIterable<readonly string[]> }

/** Read at once, in bytes; a first line that is longer is not taken for JSON lines. */
const chunkSize = 65_536

/**
 * Opens a file of requests, or standard input for `-`. It holds JSON lines when its first line is an object with a
 * `request`, or with what belongs into one.
 * @throws AppError when it cannot be read or is in no format of requests
 */
export async function requestsInput(path: string, { io, note }: Context): Promise<RequestsInput> {
  if (path !== '-' || io.stdinIsTTY) {
    const { label, read } = fileContent(path, io, note)
    const stored = await read()
    if (startsJsonLines([stored.read(0, Math.min(chunkSize, stored.size))]))
      return { lines: textLines(chunksOf(stored)) }
    return { document: await requestsDocument(allOf(stored), label) }
  }
  const { head, all } = await peek(io.stdin())
  if (startsJsonLines(head)) return { lines: textLines(all()) }
  const { label, read } = fileContent('-', { stdin: all, stdinIsTTY: false }, note)
  return { document: await requestsDocument(allOf(await read()), label) }
}

async function* chunksOf(stored: StoredBytes): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < stored.size; at += chunkSize) yield stored.read(at, Math.min(at + chunkSize, stored.size))
}

/** Chunks until a line is complete, and a way to have everything from the start. */
async function peek(input: AsyncIterable<Uint8Array>) {
  const iterator = input[Symbol.asyncIterator]()
  const head: Uint8Array[] = []
  let size = 0
  for (;;) {
    const next = await iterator.next()
    if (next.done === true) break
    head.push(next.value)
    size += next.value.length
    if (next.value.includes(0x0a) || size > chunkSize) break
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* head
    for (;;) {
      const next = await iterator.next()
      if (next.done === true) return
      yield next.value
    }
  }
  return { head, all }
}

function startsJsonLines(head: readonly Uint8Array[]): boolean {
  const [line = ''] = Buffer.concat(head).toString('utf8').trimStart().split('\n', 1)
  try {
    const value: unknown = JSON.parse(line)
    return isObject(value) && (value.request ?? value.url ?? value.host) !== undefined
  } catch {
    return false
  }
}
