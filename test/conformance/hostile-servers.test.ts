import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { unsafeCharacter } from '../unsafe-text.ts'
import { corpus, hasCorpus } from './corpus.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
/** A packaged program to run in place of the sources. */
const packaged = process.env.HOSTILE_PROGRAM
const program = packaged === undefined ? [process.execPath, '--max-old-space-size=350', main] : [packaged]

/** Milliseconds that one run may take on a machine under load, where the program was told to wait for 1 s; alone it takes 2 s. */
const maxTime = 20_000

const hostile = (file: string) => join(corpus, 'hostile', file)
const modesOf = (file: string) => [
  ...new Set([...readFileSync(hostile(file), 'utf8').matchAll(/mode=='([\w-]+)'/g)].map(([, mode = '']) => mode)),
]

/** Modes in which the server's answer is one, and is shown. */
const answered: ReadonlySet<string> = new Set(['pipelined'])

test('every mode of the hostile admin server: one clear line, or the answer', async (t) => {
  if (!hasServers(t)) return
  const modes = modesOf('admin.py')
  assert.ok(modes.length >= 33, `${modes.length} modes`)
  const wrong: string[] = []
  for (const mode of modes) {
    await withServer('admin.py', [mode], (port) => {
      for (const command of [['clusters'], ['stats']]) {
        const argv = [...command, '--url', `http://127.0.0.1:${port}`, '--request-timeout', '1s']
        wrong.push(...faultsOf(`${command.join(' ')} of ${mode}`, argv, answered.has(mode) ? undefined : 1))
      }
    })
  }
  t.diagnostic(`${modes.length} modes`)
  assert.deepEqual(wrong, [])
})

/** Modes in which the API server and the proxy answer as they should in the end. */
const served: ReadonlySet<string> = new Set([])

test('every mode of the hostile API server: one clear line, or the answer', async (t) => {
  if (!hasServers(t)) return
  const modes = modesOf('api.py')
  assert.ok(modes.length >= 45, `${modes.length} modes`)
  const wrong: string[] = []
  for (const mode of modes) {
    await withServer('api.py', [mode], (port, folder) => {
      const kubeconfig = join(folder, 'kubeconfig')
      writeFileSync(kubeconfig, kubeconfigFor(port))
      const via = mode.startsWith('exec') ? ['--via', 'exec'] : mode.startsWith('ws') ? ['--via', 'port-forward'] : []
      const argv = ['clusters', 'web', ...via, '--kubeconfig', kubeconfig, '--request-timeout', '1s']
      wrong.push(...faultsOf(mode, argv, served.has(mode) ? 0 : undefined))
      const asked = readFileSync(join(folder, `apilog-${mode}.txt`), 'latin1')
      if (/^\S+ \/api\/v1\/secrets|kube-system/m.test(asked)) wrong.push(`${mode}: it asked for ${asked}`)
    })
  }
  t.diagnostic(`${modes.length} modes`)
  assert.deepEqual(wrong, [])
})

test('pages full of odd characters and values: every command answers, and none acts on a terminal', async (t) => {
  if (!hasServers(t)) return
  const lines = [
    ...['clusters', 'listeners', 'routes', 'endpoints', 'secrets', 'certs', 'all', 'info', 'log', 'lint', 'status'].map(
      (name) => [name],
    ),
    ['stats'],
    ['stats', '--type', 'clusters'],
    ['trace', 'http://a/'],
    ['describe', 'service', 'a'],
    ['describe', 'pod'],
    ['explain', '503 UF'],
  ]
  const wrong: string[] = []
  await withServer('evil.py', [], (port) => {
    for (const line of lines) {
      for (const format of ['table', 'json']) {
        const words = [...line, '-o', format]
        const argv: readonly string[] = [...words, '--url', `http://127.0.0.1:${port}`, '--request-timeout', '2s']
        wrong.push(...faultsOf(words.join(' '), argv, undefined))
      }
    }
  })
  assert.deepEqual(wrong, [])
})

test('odd dates of /certs: the certificates are shown', async (t) => {
  if (!hasServers(t)) return
  await withServer('certsrv.py', [], (port, folder) => {
    assert.equal(port, certsPort)
    for (const command of ['certs', 'secrets', 'all']) {
      const argv: readonly string[] = [command, '--url', `http://127.0.0.1:${port}`]
      assert.deepEqual(faultsOf(command, argv, 0), [], folder)
    }
  })
})

function hasServers(t: TestContext): boolean {
  if (!hasCorpus(t, 'hostile')) return false
  if (spawnSync('python3', ['--version']).status === 0) return true
  console.error(`*** NOT RUN: ${t.name}: there is no python3`)
  t.skip('there is no python3')
  return false
}

/** What is wrong with a run; an exit code that is not given may be 0 or 1. */
function faultsOf(what: string, argv: readonly string[], expected: number | undefined): string[] {
  const [command = '', ...first] = program
  const { status, signal, stdout, stderr } = spawnSync(command, [...first, ...argv], {
    encoding: 'utf8',
    timeout: maxTime,
    maxBuffer: 2 ** 28,
    env: { PATH: process.env.PATH, HOME: '/nonexistent' },
  })
  if (process.env.HOSTILE_TOLD !== undefined)
    console.error(`exit ${status}: ${what}: ${stderr.slice(0, 300) || stdout.slice(0, 100)}`)
  const found: string[] = []
  if (signal !== null || (status !== 0 && status !== 1)) found.push(`ended with ${signal ?? status}`)
  if (expected !== undefined && status !== expected) found.push(`exit code ${status}`)
  if (/^ {4}at |internal error|Maximum call stack|\[object Object\]/m.test(stdout + stderr)) found.push('a defect')
  const character = unsafeCharacter(stderr) ?? unsafeCharacter(stdout)
  if (character !== undefined) found.push(`the character ${character}`)
  const errors = stderr.match(/^(?:error:|Error from server|The connection to the server|Unable to connect).*/gm) ?? []
  // What is shown in part, or is found to be wrong, is a failure without an error.
  if (errors.length > 1 || (status === 1 && errors.length === 0 && stdout === ''))
    found.push(`${errors.length} error lines`)
  return found.map((fault) => `${what}: ${fault}: ${stderr.slice(0, 500)}`)
}

/** The port that certsrv.py has fixed. */
const certsPort = 18_981

async function withServer(
  file: string,
  args: readonly string[],
  use: (port: number, folder: string) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'))
  copyFileSync(hostile('certs-bad.json'), join(folder, 'certs-bad.json'))
  const port = file === 'certsrv.py' ? certsPort : await freePort()
  const words = file === 'certsrv.py' ? [] : [...args, String(port)]
  const server: ChildProcess = spawn('python3', [hostile(file), ...words], { cwd: folder, stdio: 'ignore' })
  try {
    await listening(port)
    use(port, folder)
  } finally {
    server.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  }
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer().once('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => found(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const isOpen = await new Promise<boolean>((told) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        told(true)
      }).once('error', () => told(false))
    })
    if (isOpen) return
    await new Promise((later) => setTimeout(later, 50))
  }
  assert.fail(`nothing listens at port ${port}`)
}

function kubeconfigFor(port: number): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    clusters: [{ name: 'k', cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: 'u', user: { token: 'abc' } }],
  })
}
