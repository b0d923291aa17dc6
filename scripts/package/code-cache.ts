import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'

/** Command lines of which the code is worth having in the cache: the ones that must start fast. */
const dump = 'test/fixtures/sidecar/config_dump.json'
const commandLines = [['--help'], ['clusters', '--file', dump], ['clusters', '--help']]

/** One proxy of a capture: the reading of archives is asked for by name, and takes 20 ms to compile. */
const capturing = (file: string) => ['capture', '--file', dump, '--to', file]
const captured = (file: string) => ['clusters', 'productpage-v1-54bb874995-hx4q7', '--capture', file]

/** A live proxy up to the first answer of the API server: nothing listens on the discard port. */
const server = '127.0.0.1:9'
const live = ['clusters', 'pod', '--server', `http://${server}`, '--namespace', 'default']
const expected = `The connection to the server ${server} was refused`

/** V8's header of a code cache: magic, version, source and flags as 32-bit words. */
const flagsAt = 12

/**
 * Writes V8's code cache of the program to `cache`. It holds for this Node build on this platform only.
 *
 * The same program gives the same bytes: it is made with a fixed hash seed and on one thread, flags that V8 then wants to
 * see at run time as well, although nothing in the cache depends on them; so the header gets the default flags' hash.
 * @throws Error when V8 would not take the cache
 */
export function writeCodeCache(root: string, program: string, cache: string): void {
  const file = `${cache}.capture.zip`
  const run = (lines: readonly (readonly string[])[]) =>
    spawnSync(
      process.execPath,
      ['--predictable', '--hash-seed=1', join(import.meta.dirname, 'warm.cjs'), program, cache, JSON.stringify(lines)],
      { cwd: root, encoding: 'utf8', env: { TZ: 'UTC', HOME: dirname(cache) }, maxBuffer: 2 ** 28 },
    )
  run([capturing(file)])
  const warm = run([...commandLines, captured(file), live])
  rmSync(file)
  // Of all of them only the last one fails, and in this way. The status is 1 until a program ends its process, which here none may.
  if (warm.status !== 1 || !warm.stderr.startsWith(expected))
    throw new Error(`the program failed while its code cache was made:\n${warm.stderr}`)
  const cachedData = readFileSync(cache)
  cachedData.writeUInt32LE(new Script('0').createCachedData().readUInt32LE(flagsAt), flagsAt)
  writeFileSync(cache, cachedData)
  const { cachedDataRejected } = new Script(readFileSync(program, 'latin1'), { cachedData })
  if (cachedDataRejected) throw new Error('V8 does not accept the code cache')
}
