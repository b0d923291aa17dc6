import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { bundleFile, dist } from '../../scripts/bundle/build.ts'
import { binaryName, isHost, targetName, targets } from '../../scripts/package/targets.ts'

/** What starting costs, in numbers that do not depend on the machine's speed or load. */
const root = join(import.meta.dirname, '../..')
const dump = join(root, 'test/fixtures/sidecar/config_dump.json')

interface WarmServer {
  startServer(home: string, dump: Buffer): Promise<() => void>
}
const { startServer } = createRequire(import.meta.url)(join(root, 'scripts/package/warm-server.cjs')) as WarmServer

// It had 3.13 MB while the generated API of client-node was in it. 2,300,000 until there was -o parquet: hyparquet-writer has 59 kB.
// 2,400,000 while all of it was read at each start; the tests below and of the bundle hold what is read.
test('the bundle stays small', (t) => {
  const { size } = statSync(join(root, dist, bundleFile))
  t.diagnostic(`${size} bytes`)
  assert.ok(size <= 2_600_000, `${size} bytes`)
})

for (const { args, most } of [
  // 181 and 241 million while all of the bundle was one script. Node alone with an empty script: 84 million.
  { args: ['--help'], most: 128e6 },
  { args: ['clusters', '--file', dump], most: 188e6 },
  // A live proxy, without TLS: 374 million while the code cache ended at a refused connection and Node parsed its roots; 285 since.
  { args: ['clusters', 'web'], most: 310e6 },
]) {
  test(`instructions of ${args[0]} ${args[1] ?? ''}`, async (t) => {
    // The same start takes up to a tenth more: what threads do, and where things lie in memory, differs.
    const counts = [await counted(args), await counted(args), await counted(args)].filter((each) => each !== undefined)
    if (counts.length === 0) return t.skip('valgrind is not installed')
    const instructions = Math.min(...counts)
    t.diagnostic(`${Math.round(instructions / 1e6)} million`)
    assert.ok(instructions > 1e6 && instructions <= most, `${instructions} instructions, at most ${most}`)
  })
}

/** Instructions of the packaged executable as callgrind counts them; undefined without valgrind. */
async function counted(args: readonly string[]): Promise<number | undefined> {
  const target = targets.find(isHost)
  assert.ok(target !== undefined)
  const folder = mkdtempSync(join(tmpdir(), 'proxy-config-callgrind-'))
  const endServer = await startServer(folder, readFileSync(dump))
  const program = join(root, dist, targetName(target), binaryName(target))
  const child = spawn(
    'valgrind',
    ['--tool=callgrind', `--callgrind-out-file=${join(folder, 'out')}`, program, ...args],
    { env: { PATH: process.env.PATH, HOME: folder }, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  try {
    const [stderr] = await Promise.all([text(child.stderr), once(child, 'close')])
    assert.equal(child.exitCode, 0, stderr)
    return Number(/Collected : (\d+)/.exec(stderr)?.[1])
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  } finally {
    endServer()
    rmSync(folder, { recursive: true })
  }
}
