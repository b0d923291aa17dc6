import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startFakeApiServer } from '../fetch/fake-api-server.ts'
import { podObject } from '../fetch/kube/pod-objects.ts'
import { startWords } from '../run-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'signals-'))
const sockets = new Set<Socket>()
const silent = createServer((socket) => {
  sockets.add(socket)
})
await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done))
const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
after(() => {
  rmSync(folder, { recursive: true })
  for (const socket of sockets) socket.destroy()
  silent.close()
})

/** Parsing it takes seconds, in one piece. */
const big = join(folder, 'big.json')
const entry = `{"version_info":"1","cluster":{"name":"a","metadata":${'{"a":'.repeat(50)}1${'}'.repeat(50)}}}`
writeFileSync(
  big,
  `{"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.ClustersConfigDump","dynamic_active_clusters":[${Array.from(
    { length: 200_000 },
    () => entry,
  ).join()}]}]}`,
)

const [program, ...before] = startWords

function start(argv: readonly string[], stdio: 'pipe' | 'ignore' = 'ignore'): ChildProcess {
  return spawn(program, [...before, ...argv], { stdio: [stdio, 'pipe', 'pipe'] })
}

const situations: readonly { readonly what: string; begin(): ChildProcess }[] = [
  { what: 'parsing 60 MB', begin: () => start(['clusters', '--file', big, '-o', 'json']) },
  { what: 'writing to who does not read', begin: () => start(['clusters', '--file', big, '-o', 'name']) },
  { what: 'reading standard input', begin: () => start(['clusters', '--file', '-'], 'pipe') },
  { what: 'waiting for an admin endpoint', begin: () => start(['clusters', '--url', url]) },
  { what: 'waiting for the API server', begin: () => start(['clusters', 'web', '--server', url]) },
]

// A shell gives 128 and the number of the signal as the exit code: 130, 143, 129.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  for (const { what, begin } of situations) {
    test(`${signal} while ${what}`, {
      skip: process.platform === 'win32' && 'no signals',
      timeout: 60_000,
    }, async () => {
      const child = begin()
      let err = ''
      child.stderr?.on('data', (text) => {
        err += text
      })
      await sleep(600)
      child.kill(signal)
      const [code, by] = await once(child, 'exit')
      assert.deepEqual({ code, by, err }, { code: null, by: signal, err: '' })
    })
  }
}

const refused: readonly (readonly string[])[] = [
  ['endpoints', 'web', '--status', 'nonsense'],
  ['clusters', 'web', '--direction', 'x'],
  ['clusters', 'web', '--port', 'x'],
  ['clusters', 'web', '-o', 'nonsense'],
  ['clusters', 'web', '--sort-by', 'nonsense'],
  ['clusters', 'absent'],
  ['log', 'web', '--level', 'nonsense'],
  ['authz', 'web', '--request', 'nonsense'],
  ['trace', 'web', 'nonsense://x'],
  ['stats', 'web', '--filter', '('],
]

// A port-forward is begun before the pod is known, and before every flag is: it must not keep the program.
for (const argv of refused) {
  test(`${argv.join(' ')} ends, with a port-forward under way`, { timeout: 60_000 }, async (t) => {
    const server = await startFakeApiServer(
      {
        get: (path) =>
          path.endsWith('/web')
            ? podObject('web')
            : path.endsWith('/pods')
              ? { kind: 'PodList', items: [] }
              : undefined,
      },
      { plain: true },
    )
    t.after(() => server.close())
    const child = start([...argv, '--server', server.url, '--request-timeout', '2'])
    const [code] = await once(child, 'exit')
    assert.equal(code, 1)
    while (server.connections.open > 0) await sleep(5)
  })
}
