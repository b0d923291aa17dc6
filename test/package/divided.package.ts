import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { growDump } from '../../scripts/bench/grow-dump.ts'
import { dist } from '../../scripts/bundle/build.ts'
import { binaryName, isHost, targetName, targets } from '../../scripts/package/targets.ts'

const root = join(import.meta.dirname, '../..')
const size = 40e6

const skip =
  (process.platform !== 'linux' && 'threads are seen in /proc') ||
  (availableParallelism() < 2 && 'with one processor there are no threads')

/** Runs the packaged program. @returns what it prints, and whether it had a thread that runs JavaScript beside its first one */
async function run(
  ...words: readonly string[]
): Promise<{ out: string; err: string; code: number; hasThread: boolean }> {
  const target = targets.find(isHost)
  assert.ok(target !== undefined)
  const program = spawn(join(root, dist, targetName(target), binaryName(target)), words, {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(program, 'close')
  const printed = Promise.all([text(program.stdout), text(program.stderr)])
  let hasThread = false
  while (program.exitCode === null && !hasThread) {
    hasThread = threadsOf(program.pid ?? 0).includes('WorkerThread')
    await delay(2)
  }
  const [out, err] = await printed
  const [code] = await ended
  return { out, err, code, hasThread }
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((id) => readFileSync(`/proc/${pid}/task/${id}/comm`, 'utf8').trim())
  } catch {
    // A thread, or the process, has ended in the meantime.
    return []
  }
}

test('all of a large dump has a thread, and prints the same without', { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-config-divided-'))
  try {
    const dump = join(folder, 'dump.json')
    growDump(join(root, 'test/fixtures/sidecar/config_dump.json'), dump, size)
    const alone = await run('all', '--file', dump, '--concurrency', '1')
    const divided = await run('all', '--file', dump)
    assert.deepEqual([alone.code, alone.err, alone.hasThread], [0, '', false])
    assert.deepEqual([divided.code, divided.err, divided.hasThread], [0, '', true])
    assert.ok(alone.out.length > size / 20, `${alone.out.length} characters`)
    assert.ok(divided.out === alone.out, 'the same output')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
