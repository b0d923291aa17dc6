import type { Context } from '../../contract/command.ts'
import type { StoredBytes } from '../../envoy/input/stored-bytes.ts'
import { AppError } from '../../errors.ts'
import { fileContent } from '../../fetch/saved/file-content.ts'

/** Small: what is kept of a log keeps the chunk alive that it was cut from. */
const chunkSize = 65_536

/**
 * The bytes of a log: a file, compressed or not, or standard input for `-`, which is read as it arrives.
 * @throws AppError when it cannot be read
 */
export async function logInput(path: string, { io, note }: Context): Promise<AsyncIterable<Uint8Array>> {
  if (path !== '-') return chunksOf(await fileContent(path, io, note).read())
  if (io.stdinIsTTY)
    throw new AppError('standard input is a terminal: nothing to read', {
      hint: 'Pipe a log into it: kubectl logs POD -c istio-proxy | kubectl proxy-config explain --log -',
    })
  return io.stdin()
}

async function* chunksOf(stored: StoredBytes): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < stored.size; at += chunkSize) yield stored.read(at, Math.min(at + chunkSize, stored.size))
}
