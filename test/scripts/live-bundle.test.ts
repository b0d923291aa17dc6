import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { buildBundle, bundleFile } from '../../scripts/bundle/build.ts'

// What a command for a live proxy loads of Node, and that the server which the code cache is made with is one for the program.

interface WarmServer {
  startServer(home: string, dump: Buffer): Promise<() => void>
}

const root = join(import.meta.dirname, '../..')
const { startServer } = createRequire(import.meta.url)(join(root, 'scripts/package/warm-server.cjs')) as WarmServer
const dump = join(root, 'test/fixtures/sidecar/config_dump.json')
const folder = mkdtempSync(join(tmpdir(), 'live-bundle-'))
let end = () => {}
before(async () => {
  await buildBundle(root, folder)
  end = await startServer(folder, readFileSync(dump))
})
after(() => {
  end()
  rmSync(folder, { recursive: true })
})

/** Standard output of the bundle, and the built-in modules that Node had loaded when it ended. */
async function run(...args: string[]): Promise<{ stdout: string; builtin: string[] }> {
  const list = join(folder, 'builtin.json')
  const hook = join(folder, 'hook.cjs')
  writeFileSync(
    hook,
    `process.on('exit',()=>require('fs').writeFileSync(${JSON.stringify(list)},JSON.stringify(process.moduleLoadList)))`,
  )
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--require', hook, join(folder, bundleFile), ...args],
    { env: { HOME: folder, TZ: 'UTC' }, timeout: 60_000 },
  )
  assert.equal(stderr, '')
  return { stdout, builtin: JSON.parse(readFileSync(list, 'utf8')) as string[] }
}

test('a live proxy, named by its pod or its workload, gives what its dump gives', async () => {
  const { stdout } = await run('clusters', '--file', dump)
  assert.equal((await run('clusters', 'web')).stdout, stdout)
  assert.equal((await run('clusters', 'deploy/web')).stdout, stdout)
})

test('a live proxy needs neither child processes nor compression, files as streams or performance timers', async () => {
  const { builtin } = await run('clusters', 'web')
  assert.ok(builtin.includes('NativeModule https'), 'the list is the one that is meant')
  const needless = ['child_process', 'dgram', 'zlib', 'fs/promises', 'fs/streams', 'perf_hooks', 'blocklist']
  const pattern = new RegExp(` (?:internal/)?(?:${needless.join('|')}|timers/promises)$`)
  assert.deepEqual(
    builtin.filter((name) => name.startsWith('NativeModule') && pattern.test(name)),
    [],
  )
})
