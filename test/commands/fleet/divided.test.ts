import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import type { FromThread, ToThread } from '../../../src/cli/threads/messages.ts'
import { nodeThreads } from '../../../src/cli/threads/node-threads.ts'
import type { Thread } from '../../../src/contract/threads.ts'
import { executable, runProgram } from '../../run-program.ts'
import { copying } from './copying-thread.ts'
import { dumpOf } from './small-dump.ts'

// `all` of a large saved dump makes its kinds in several threads. What is printed is what one thread prints.

const root = new URL('../../../', import.meta.url)
const fixtures = globSync('test/fixtures/*/config_dump.json', { cwd: root }).toSorted()
const skip = executable !== undefined && 'in process only: the dumps are too small for the threads of an executable'

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'divided-'))
})
after(() => rmSync(folder, { recursive: true }))

/** A thread whose results are counted. */
function counted(thread: Thread, count: () => void): Thread {
  return {
    ...thread,
    onMessage: (listener) =>
      thread.onMessage((message) => {
        if ('result' in (message as FromThread)) count()
        listener(message)
      }),
  }
}

interface Way {
  readonly start?: () => Thread
  readonly count?: number
  readonly columns?: number
}

/** The same command line in one thread and in several, how many were started and how many kinds they made. */
async function bothWays(argv: readonly string[], { start = () => copying(), count = 3, columns }: Way = {}) {
  let started = 0
  let made = 0
  const surroundings = columns === undefined ? {} : { columns }
  const counting = () => {
    started += 1
    return counted(start(), () => {
      made += 1
    })
  }
  const alone = await runProgram(['all', ...argv], surroundings)
  const threads = async () => ({ count, minDivided: 0, start: counting })
  const divided = await runProgram(['all', ...argv], { ...surroundings, threads })
  return { alone, divided, started, made }
}

async function assertSame(argv: readonly string[], way?: Way): Promise<{ started: number; made: number }> {
  const { alone, divided, ...counts } = await bothWays(argv, way)
  assert.deepEqual(divided, alone, argv.join(' '))
  return counts
}

/** The fixture with a change, in a file of that name. */
function changed(name: string, fixture: string, change: (dump: string) => string): string {
  const file = join(folder, `${name}.json`)
  const dump = readFileSync(new URL(`test/fixtures/${fixture}/config_dump.json`, root), 'utf8')
  const other = change(dump)
  assert.notEqual(other, dump)
  writeFileSync(file, other)
  return file
}

const sidecar = 'test/fixtures/sidecar/config_dump.json'

for (const file of fixtures)
  test(`every table of ${basename(dirname(file))} is the same from several threads`, { skip }, async () => {
    for (const words of [[], ['-o', 'wide'], ['-o', 'grid'], ['--with-headers', '--verbose=false']]) {
      const { started, made } = await assertSame(['--file', file, ...words])
      assert.ok(started === 2 && made >= 2, `${made} kinds from ${started} threads`)
    }
  })

test('filters, colours, a terminal and what is left out are the same', { skip }, async () => {
  for (const words of [
    ['--fqdn', 'reviews', '--port', '9080'],
    ['--fqdn', 'absent', '--name', 'absent'],
    ['--path', '/productpage'],
    ['--no-headers'],
    ['--color', 'always'],
    ['--show-secrets', '-o', 'wide'],
    ['--no-trunc'],
  ])
    for (const columns of [undefined, 70]) {
      const { made } = await assertSame(['--file', sidecar, ...words], columns === undefined ? {} : { columns })
      assert.ok(made > 0)
    }
})

const key =
  '-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\\n-----END PRIVATE KEY-----'

test('a broken section, bytes that are no text, unknown types and secrets are reported and hidden as by one thread', {
  skip,
}, async () => {
  const files = [
    changed('broken', 'sidecar', (dump) => dump.replace('"dynamic_listeners": [', '"dynamic_listeners": [}')),
    changed('odd', 'sidecar', (dump) => dump.replace('"lb_policy": "', '"lb_policy":    "')),
    changed('rejected', 'rejected', (dump) => dump.replaceAll('"details": "', '"details": "password: hunter2hunter2 ')),
    changed('unknown', 'sidecar', (dump) => dump.replace('envoy.admin.v3.ScopedRoutesConfigDump', 'vendor.v1.Dump')),
    changed('secret', 'sidecar', (dump) => dump.replace('"name": "outbound|', `"name": "${key}outbound|`)),
    changed('control', 'sidecar', (dump) => dump.replaceAll('outbound|9080', 'outb\\u001bound|9080')),
  ]
  const latin = join(folder, 'latin.json')
  writeFileSync(latin, Buffer.from(readFileSync(sidecar, 'utf8').replaceAll('reviews', 'r\u00e9views'), 'latin1'))
  const outcomes = []
  for (const file of [...files, latin]) {
    const { alone, divided, made } = await bothWays(['--file', file, '-o', 'wide'])
    assert.deepEqual(divided, alone, file)
    assert.ok(made > 0, file)
    assert.doesNotMatch(divided.out + divided.err, /MIIEvQIBAD/)
    outcomes.push(divided)
  }
  assert.equal(outcomes[0]?.code, 1)
  assert.match(outcomes[0]?.err ?? '', /^error: .*broken JSON at line \d+, column \d+, inside .*ListenersConfigDump$/m)
  assert.match(outcomes[3]?.err ?? '', /also has vendor\.v1\.Dump/)
  assert.match(outcomes[6]?.err ?? '', /UTF-8/)
})

test('other formats, one at a time, several files, and what each thread would have to hold need no thread', {
  skip,
}, async () => {
  const cut = changed('cut', 'sidecar', (dump) => dump.slice(0, dump.length / 2))
  const compact = changed('compact', 'sidecar', (dump) => JSON.stringify(JSON.parse(dump)))
  for (const argv of [
    ...['json', 'yaml', 'raw', 'jsonl', 'name', 'jsonpath={.configs[0]}', 'csv'].map((format) => [
      '--file',
      sidecar,
      '-o',
      format,
    ]),
    ['--file', sidecar, '--concurrency', '1'],
    ['--file', sidecar, '--file', 'test/fixtures/gateway/config_dump.json'],
    ['--file', cut],
    ['--file', compact],
    ['--file', join(folder, 'absent.json')],
  ])
    assert.deepEqual(await assertSame(argv), { started: 0, made: 0 }, argv.join(' '))
  let started = 0
  const start = () => {
    started += 1
    return copying()
  }
  const dump = readFileSync(sidecar)
  const { out } = await runProgram(['all', '--file', '-'], {
    stdin: dump,
    threads: async () => ({ count: 2, minDivided: 0, start }),
  })
  const small = await runProgram(['all', '--file', sidecar], {
    threads: async () => ({ count: 2, minDivided: dump.length + 1, start }),
  })
  assert.deepEqual([out, started], [small.out, 0])
})

test('what a thread has not done when it ends is done here', { skip }, async () => {
  const mute = { onMessage: () => undefined, end: () => undefined }
  const gone = (): Thread => ({
    ...mute,
    send: () => undefined,
    onEnd: (listener) => void setImmediate(() => listener(new Error('no more threads'))),
  })
  assert.deepEqual(await assertSame(['--file', sidecar], { start: gone }), { started: 2, made: 0 })
  // This one takes a part, and with it to its grave.
  const greedy = (): Thread => ({
    ...mute,
    send: (message) => {
      const { start } = message as Extract<ToThread, { readonly start: unknown }>
      if (start.counter !== undefined) Atomics.add(new Int32Array(start.counter), 0, 1)
    },
    onEnd: (listener) => void setTimeout(() => listener(new Error('out of memory')), 50),
  })
  assert.deepEqual(await assertSame(['--file', sidecar], { start: greedy }), { started: 2, made: 0 })
})

test('a thread that finds another file under the name is an error, not half of each', { skip }, async () => {
  const misled = (): Thread => {
    const thread = copying()
    return {
      ...thread,
      send(message, moved) {
        const { start } = message as Extract<ToThread, { readonly start: unknown }>
        thread.send({ start: { ...start, given: { size: 1, written: 1 } } }, moved)
      },
    }
  }
  const { divided } = await bothWays(['--file', sidecar], { start: misled })
  assert.deepEqual(divided, { code: 1, out: '', err: `error: the path "${sidecar}" has changed while it was read\n` })
})

test('each thread has V8 optimize nothing more once it makes kinds, and not for the rows of many', {
  skip,
}, async () => {
  let stops = 0
  const start = () =>
    copying(() => {
      stops += 1
    })
  await assertSame(['--file', sidecar], { start })
  assert.equal(stops, 2)
  const many = join(folder, 'many')
  mkdirSync(many)
  for (let at = 0; at < 32; at++) writeFileSync(join(many, `${at}.json`), dumpOf(`own-${at}`))
  const { started } = await assertSame(['--file', many], { start })
  assert.deepEqual([started, stops], [3, 2])
})

test('real threads print the same', { skip }, async () => {
  const threads = nodeThreads(new URL('src/main.ts', root).href)
  assert.ok(threads !== undefined)
  // Parts that are done before the thread has started are done here: whether it made any is decided by the clock.
  const { started } = await assertSame(['--file', sidecar, '--with-headers'], { start: threads.start, count: 2 })
  assert.equal(started, 1)
})

test('a pipe is read once', { skip: skip || process.platform === 'win32' }, async () => {
  const pipe = join(folder, 'dump.pipe')
  execFileSync('mkfifo', [pipe])
  const { writeFile } = await import('node:fs/promises')
  const written = writeFile(pipe, readFileSync(sidecar))
  const { out } = await runProgram(['all', '--file', pipe], {
    threads: async () => ({ count: 2, minDivided: 0, start: () => copying() }),
  })
  await written
  assert.equal(out, (await runProgram(['all', '--file', sidecar])).out)
})
