import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'
import type { Bundle } from '../bundle/build.ts'
import { indexOf, type Part, type Program, programInParts } from './parts.ts'

/** Command lines of which the code is worth having in the cache: the ones that must start fast. */
const dump = 'test/fixtures/sidecar/config_dump.json'
const commandLines = [['--help'], ['clusters', '--file', dump], ['clusters', '--help']]

/** How many of all command lines print no table: the two of `--help`, and the one that fails. */
const withoutTable = 3

/** One proxy of a capture: the reading of archives is asked for by name, and takes 20 ms to compile. */
const capturing = (file: string) => ['capture', '--file', dump, '--to', file]
const captured = (file: string) => ['clusters', 'productpage-v1-54bb874995-hx4q7', '--capture', file]

/** A live proxy, named by its pod and by a workload. */
const live = [
  ['clusters', 'web'],
  ['clusters', 'deploy/web'],
]

/** An API server that is not there: nothing listens on the discard port. */
const nowhere = '127.0.0.1:9'
const refused = ['clusters', 'pod', '--server', `http://${nowhere}`, '--namespace', 'default']
const expected = `The connection to the server ${nowhere} was refused`

/** V8's header of a code cache: magic, version, source and flags as 32-bit words. */
const flagsAt = 12

/** The files of a program in the executable: assets of these names. */
export interface ProgramFiles {
  readonly program: string
  readonly index: string
  readonly 'code-cache': string
}

/**
 * Writes the program in parts, and V8's code cache of what the command lines above run, which holds for this Node build on this
 * platform only. Another platform takes the same parts without the cache.
 *
 * The same program gives the same bytes: it is made with a fixed hash seed and on one thread, flags that V8 then wants to
 * see at run time as well, although nothing in the cache depends on them; so the header gets the default flags' hash.
 * @param work a folder for these files and others
 * @throws Error when V8 would not take the cache
 */
export function writeProgram(root: string, bundle: Pick<Bundle, 'chunks' | 'joined'>, work: string): ProgramFiles {
  const files = {
    program: join(work, 'program.js'),
    index: join(work, 'index'),
    parts: join(work, 'parts'),
    'code-cache': join(work, 'code-cache'),
  }
  const capture = join(work, 'warm.capture.zip')
  const all = [...commandLines, captured(capture), ...live, refused]

  const run = (program: Program, lines: readonly (readonly string[])[]) => runWarm(root, files, work, program, lines)
  const single = programInParts(bundle, [])
  run(single, [capturing(capture)])
  const loaded = all.map((line) => run(single, [line]).loaded)

  const warm = run(programInParts(bundle, loaded), all)
  rmSync(capture)
  // Of all of them only the last one fails, and in this way. The status is 1 until a program ends its process, which here none may.
  if (warm.status !== 1 || !warm.stderr.startsWith(expected))
    throw new Error(`the program failed while its code cache was made:\n${warm.stderr}`)
  const tables = warm.stdout.split('SERVICE FQDN').length - 1
  if (tables !== all.length - withoutTable)
    throw new Error(`${tables} tables were printed while the code cache was made, by ${all.length} command lines`)
  const parts = JSON.parse(readFileSync(files.parts, 'utf8')) as Part[]
  useDefaultFlags(files, parts)
  writeFileSync(files.index, indexOf(parts))
  return { program: files.program, index: files.index, 'code-cache': files['code-cache'] }
}

interface WarmFiles {
  readonly program: string
  readonly parts: string
  readonly 'code-cache': string
}

interface Warm {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
  /** Chunks that were loaded. */
  readonly loaded: readonly number[]
}

function runWarm(
  root: string,
  { program: programFile, parts, 'code-cache': cache }: WarmFiles,
  work: string,
  program: Program,
  lines: readonly (readonly string[])[],
): Warm {
  const loaded = join(work, 'loaded')
  writeFileSync(programFile, program.text, 'latin1')
  writeFileSync(parts, JSON.stringify(program.parts))
  const words = [join(import.meta.dirname, 'warm.cjs'), programFile, parts, cache, loaded, dump, JSON.stringify(lines)]
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--predictable', '--hash-seed=1', ...words], {
    cwd: root,
    encoding: 'utf8',
    env: { TZ: 'UTC', HOME: work },
    maxBuffer: 2 ** 28,
  })
  return { status, stdout, stderr, loaded: JSON.parse(readFileSync(loaded, 'utf8')) as number[] }
}

function useDefaultFlags({ program, 'code-cache': cache }: WarmFiles, parts: readonly Part[]): void {
  const flags = new Script('0').createCachedData().readUInt32LE(flagsAt)
  const text = readFileSync(program, 'latin1')
  const data = readFileSync(cache)
  for (const { start, end, cache: place } of parts) {
    if (place === undefined) continue
    const cachedData = data.subarray(...place)
    cachedData.writeUInt32LE(flags, flagsAt)
    if (new Script(text.slice(start, end), { cachedData }).cachedDataRejected)
      throw new Error('V8 does not accept the code cache')
  }
  writeFileSync(cache, data)
}
