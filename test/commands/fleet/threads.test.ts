import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { nodeThreads } from '../../../src/cli/threads/node-threads.ts'
import type { Thread } from '../../../src/contract/threads.ts'
import { resourceKinds } from '../../../src/resources/index.ts'
import { executable, runProgram } from '../../run-program.ts'
import { meshPod, startMesh } from '../fake-mesh.ts'
import { copying } from './copying-thread.ts'
import { dumpOf } from './small-dump.ts'

const root = new URL('../../../', import.meta.url)
const page = (name: string) => readFileSync(new URL(`test/fixtures/${name}`, root), 'utf8')

/** Dumps of every sort among small ones; one is broken, and of one nothing is there. */
const special = new Map([
  [1, 'sidecar'],
  [4, 'gateway'],
  [9, 'rejected'],
  [11, 'warming'],
  [17, 'certificates'],
  [30, 'authz'],
])
const broken = 6
const refused = 8
const count = 34
const nameOf = (at: number) => `web-${String(at).padStart(2, '0')}`

let folder: string
let capture: string
let dumps: string
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'threads-'))
  capture = join(folder, 'mesh.zip')
  dumps = join(folder, 'dumps')
  mkdirSync(dumps)
  const dumpAt = (at: number) => {
    const kind = special.get(at)
    if (at === broken) return '{"configs": [{"@type": '
    return kind === undefined ? dumpOf('shared', `own-${at % 3}`) : page(`${kind}/config_dump.json`)
  }
  for (let at = 0; at < count; at++) writeFileSync(join(dumps, `${nameOf(at)}.json`), dumpAt(at))
  const mesh = await startMesh({
    pods: Array.from({ length: count }, (_, at) => meshPod(nameOf(at), 'default')),
    answer(pod, _port, path) {
      const at = Number(pod.slice(4))
      if (at === refused) return 'refused'
      const kind = special.get(at)
      if (path.startsWith('config_dump')) return dumpAt(at)
      if (path.startsWith('clusters') && kind === 'sidecar') return page('sidecar/clusters.json')
      if (path.startsWith('certs')) return '{"certificates": []}'
      return undefined
    },
  })
  try {
    await mesh.run('capture', '-A', '--to', capture)
  } finally {
    await mesh.close()
  }
})
after(() => rmSync(folder, { recursive: true }))

/** The same command line without threads and with them. An executable has them unless it reads one proxy at a time. */
async function bothWays(argv: readonly string[], start: () => Thread = () => copying()) {
  let started = 0
  const counting = () => {
    started += 1
    return start()
  }
  const alone = await runProgram(executable === undefined ? argv : [...argv, '--concurrency', '1'])
  const spread = await runProgram(argv, { threads: async () => ({ count: 2, start: counting }) })
  return { alone, spread, started }
}

const lines = (text: string) => text.split('\n').toSorted()

/** Every command that makes rows of many proxies. */
const commandLines: readonly (readonly string[])[] = [
  ...resourceKinds.map(({ name }) => [name]),
  ...resourceKinds.map(({ name }) => [name, '-o', 'jsonl']),
  ['clusters', '-o', 'wide', '--group'],
  ['clusters', '-o', 'csv'],
  ['clusters', '-o', 'name'],
  ['clusters', '--odd', '-o', 'json'],
  ['listeners', '--group', '-o', 'csv'],
  ['routes', '--domain', 'reviews'],
  ['clusters', '--fqdn', 'absent'],
  ['all'],
  ['all', '-o', 'jsonl'],
  ['certs'],
  ['certs', '-o', 'json'],
  ['certs', '--within', '24h', '--exit-code'],
  ['rootca-compare'],
  ['authz'],
  ['authz', '-o', 'json'],
  ['authz', '--request', 'GET /', '--port', '9080'],
  ['lint'],
  ['lint', '-o', 'sarif'],
  ['query', 'SELECT * FROM clusters', '-o', 'jsonl'],
  ['query', 'SELECT * FROM routes JOIN proxies USING (proxy)', '-o', 'csv'],
  ['query', 'SELECT * FROM endpoints', '-o', 'json'],
  ['query', 'SELECT rule, proxy, resourceName, message FROM findings'],
  ['report'],
]

for (const argv of commandLines)
  test(`${argv.join(' ')} prints the same from threads`, async () => {
    for (const from of [
      ['-A', '--capture', capture],
      ['--file', dumps],
    ]) {
      const { alone, spread, started } = await bothWays([...argv, ...from, '--show-failures'])
      assert.deepEqual([spread.code, spread.out], [alone.code, alone.out], spread.err)
      assert.deepEqual(lines(spread.err), lines(alone.err))
      // The dump itself is what `bootstrap` prints without -o.
      if (executable === undefined) assert.equal(started, argv.join() === 'bootstrap' ? 0 : 2, alone.err)
    }
  })

test('what is printed of a dump itself, and what few proxies or one at a time ask for, needs no thread', {
  skip: executable !== undefined,
}, async () => {
  for (const argv of [
    ['clusters', '-A', '--capture', capture, '-o', 'json'],
    ['clusters', '-A', '--capture', capture, '--concurrency', '1'],
    ['clusters', `${nameOf(0)}.default`, `${nameOf(1)}.default`, '--capture', capture],
    ['info', '-A', '--capture', capture],
  ]) {
    const { alone, spread, started } = await bothWays(argv)
    assert.deepEqual([spread.code, spread.out, started], [alone.code, alone.out, 0])
  }
})

test('what a thread could not read once more is read here', { skip: executable !== undefined }, async () => {
  const rules = 'exclude: []\n'
  const config = join(folder, 'lint.yaml')
  writeFileSync(config, rules)
  const threads = async () => ({ count: 2, start: () => copying() })
  const named = await runProgram(['lint', '--file', dumps, '--config', config], { threads })
  const piped = await runProgram(['lint', '--file', dumps, '--config', '-'], { threads, stdin: rules })
  assert.deepEqual([piped.code, piped.out], [named.code, named.out], piped.err)
  assert.doesNotMatch(piped.err, /internal error/)
})

test('real threads print the same', { skip: executable !== undefined }, async () => {
  const threads = nodeThreads(new URL('src/main.ts', root).href)
  assert.ok(threads !== undefined)
  for (const argv of [
    ['clusters', '--group'],
    ['query', 'SELECT * FROM clusters'],
  ]) {
    const { alone, spread } = await bothWays([...argv, '-A', '--capture', capture, '--show-failures'], threads.start)
    assert.deepEqual([spread.code, spread.out], [alone.code, alone.out], spread.err)
    assert.deepEqual(lines(spread.err), lines(alone.err))
    assert.match(spread.err, /^error: pod default\/web-08: /m)
    assert.match(spread.err, /^error: pod default\/web-06: /m)
  }
})

test('a proxy that a real thread has no memory for is named, and the others are there', {
  skip: executable !== undefined,
}, async () => {
  const real = nodeThreads(new URL('src/main.ts', root).href, { maxOldGenerationSizeMb: 48 })
  assert.ok(real !== undefined)
  const large = join(folder, 'large')
  mkdirSync(large)
  const most = 40
  for (let at = 0; at < most; at++)
    writeFileSync(join(large, `${nameOf(at)}.json`), at === 20 ? largeCluster() : dumpOf('shared', `own-${at}`))
  let started = 0
  const start = () => {
    started += 1
    return real.start()
  }
  const { code, out, err } = await runProgram(['clusters', '--file', large, '-o', 'jsonl', '--fqdn', 'shared'], {
    threads: async () => ({ count: 2, start }),
  })
  assert.equal(code, 1)
  assert.equal(err, `error: ${join(large, nameOf(20))}.json: what it has loaded needs more memory than a thread has\n`)
  assert.equal(out.trim().split('\n').length, most - 1)
  // One for those that were under way together, and one for the next when it was alone.
  assert.ok(started === 3 || started === 4, `${started} threads`)
})

/** A dump whose one cluster has more endpoints than a thread of 48 MB has memory for. */
function largeCluster(): string {
  const endpoint = '{"endpoint":{"address":{"socket_address":{"address":"10.0.0.1","port_value":80}}}}'
  const endpoints = Array.from({ length: 450_000 }, () => endpoint).join()
  return dumpOf('shared').replace(
    '"connect_timeout"',
    `"load_assignment":{"cluster_name":"shared","endpoints":[{"lb_endpoints":[${endpoints}]}]},"connect_timeout"`,
  )
}

test('what query keeps is the same from threads, and so is what export writes', async () => {
  const from = ['--file', dumps]
  const answers = []
  for (const name of ['alone', 'spread']) {
    const words = executable === undefined || name === 'spread' ? from : [...from, '--concurrency', '1']
    const db = join(folder, `${name}.db`)
    const options = name === 'spread' ? { threads: async () => ({ count: 2, start: () => copying() }) } : {}
    assert.equal((await runProgram(['query', ...words, '--db', db], options)).code, 1)
    const kept = await Promise.all(
      ['clusters', 'listeners', 'secrets', 'findings', 'status'].map((table) =>
        runProgram(['query', '--db', db, `SELECT * FROM ${table}`, '-o', 'jsonl']),
      ),
    )
    const written = await runProgram(['export', ...words, '--dir', join(folder, name), '-o', 'json'], options)
    answers.push([...kept.map(({ out }) => out), written.out])
  }
  assert.deepEqual(answers[1], answers[0])
  assert.deepEqual(
    answers[0]?.map((out) => out.length > 100),
    answers[0]?.map(() => true),
  )
})

test('a thread that ends is an error of the program, not an answer', { skip: executable !== undefined }, async () => {
  const dying = (): Thread => ({
    send: () => undefined,
    onMessage: () => undefined,
    onEnd: (listener) => void setImmediate(() => listener(new Error('a thread ended with 1'))),
    end: () => undefined,
  })
  const { spread } = await bothWays(['clusters', '-A', '--capture', capture], dying)
  assert.equal(spread.code, 1)
  assert.equal(spread.out, '')
  assert.match(spread.err, /^error: internal error in kubectl proxy-config/m)
})

test('what a flag names and can be read once is read once: there are no threads', {
  skip: executable !== undefined || process.platform === 'win32',
}, async () => {
  const pipe = join(folder, 'config.pipe')
  execFileSync('mkfifo', [pipe])
  for (const words of [['--config', pipe], [`--config=${pipe}`]]) {
    const written = writeFile(pipe, '{"exclude":[]}')
    let started = 0
    const start = () => {
      started += 1
      return copying()
    }
    const { out, err } = await runProgram(['lint', '--file', dumps, ...words], {
      threads: async () => ({ count: 2, start }),
    })
    await written
    assert.equal(started, 0)
    assert.match(out, /^SEVERITY/, err)
  }
})
