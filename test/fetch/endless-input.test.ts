import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { AppError } from '../../src/errors.ts'
import { Gatherer } from '../../src/fetch/gatherer.ts'
import { gathered } from '../../src/fetch/saved/gathered.ts'
import { storedFile } from '../../src/fetch/saved/stored-file.ts'
import { startWords } from '../run-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'endless-'))
after(() => rmSync(folder, { recursive: true }))

const fixture = fileURLToPath(new URL('../fixtures/sidecar/config_dump.json', import.meta.url))
const windows = process.platform === 'win32' && 'Windows has no devices with a path'

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield Buffer.alloc(1000, 'x')
}

test('what never ends is given up at the limit, before memory is taken for more', async () => {
  let received = 0
  const end = gathered(endless(), {
    limit: 1_000_500,
    tooLarge: () => new AppError('too large'),
    received: (bytes) => {
      received += bytes
    },
  })
  await assert.rejects(end, { message: 'too large' })
  assert.equal(received, 1_000_000)
})

test('chunks become one piece, in order, and none is lost where a failure is an end as well', async () => {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < 300; at++) yield Buffer.alloc(70_001, at)
    throw new Error('cut')
  }
  const tooLarge = () => new AppError('too large')
  const all = await gathered(chunks(), { tooLarge, isEnough: () => true })
  assert.equal(all.length, 300 * 70_001)
  for (let at = 0; at < 300; at++) assert.equal(all[at * 70_001], at % 256)
  await assert.rejects(gathered(chunks(), { tooLarge }), { message: 'cut' })
})

test('chunks of one byte take what their bytes take, and nothing is taken of one that is too much', () => {
  const all = new Gatherer(1_000_000)
  for (let at = 0; at < 1_000_000; at++) assert.ok(all.add(Uint8Array.of(at % 251)))
  assert.equal(all.add(Uint8Array.of(1)), false)
  const bytes = all.bytes()
  assert.deepEqual([bytes.length, bytes.buffer.byteLength, bytes[999_999]], [1_000_000, 1_000_000, 999_999 % 251])
})

/** Files that never end, where a small one belongs; each is given up after 16 MiB. */
const small: Readonly<Record<string, readonly string[]>> = {
  'a kubeconfig': ['clusters', 'web', '--kubeconfig', '/dev/zero'],
  'a certificate authority': ['clusters', 'web', '-s', 'https://127.0.0.1:1', '--certificate-authority', '/dev/zero'],
  'a client key': [
    ...['clusters', 'web', '-s', 'https://127.0.0.1:1', '--client-certificate', fixture, '--client-key', '/dev/zero'],
  ],
  'a token': ['authz', '--file', fixture, '--request', 'GET http://a/', '--token-file', '/dev/zero'],
  'a template': ['clusters', '--file', fixture, '-o', 'jsonpath-file=/dev/zero'],
}

for (const [what, argv] of Object.entries(small)) {
  test(`${what} that never ends is an error of one line`, { skip: windows }, () => {
    const { status, stdout, stderr } = runProcess(argv)
    assert.match(stderr, /^error: .*the file "\/dev\/zero" is larger than 16 MiB|^error: .*it is larger/)
    assert.deepEqual({ status, stdout }, { status: 1, stdout: '' })
  })
}

test('a device that never ends is given up at 2 GB, as standard input is', { skip: windows }, () => {
  const { status, stdout, stderr } = runProcess(['clusters', '--file', '/dev/zero'])
  assert.match(
    stderr,
    /^error: the path "\/dev\/zero" is larger than 2 GB, too large to hold in memory\nSave it to a file/,
  )
  assert.deepEqual({ status, stdout }, { status: 1, stdout: '' })
})

test('what a large file will need is said before it is read', { skip: windows }, () => {
  const path = join(folder, 'large.json')
  writeFileSync(path, '{}')
  truncateSync(path, 5e8)
  const said: string[] = []
  const ignore = () => undefined
  const announced = (text: string) => void said.push(text)
  const stored = storedFile(path, { doing: ignore, done: ignore, received: ignore, requested: ignore, announced })
  stored?.read(0, 4e8)
  assert.deepEqual(said, [])
  stored?.read(0, 5e8)
  assert.deepEqual(said, [`${path}: 500 MB are read at once, which needs up to 1.4 GB of memory.`])
})

test('a large file that has to be read at once is refused before it is read', { skip: windows }, () => {
  for (const [name, head] of [
    ['sparse.json', '{"configs":'],
    ['sparse.json.gz', Buffer.from('1f8b0800', 'hex')],
  ] as const) {
    const path = join(folder, name)
    const file = openSync(path, 'w')
    writeSync(file, Buffer.from(head))
    ftruncateSync(file, 50e9)
    closeSync(file)
    const { status, stdout, stderr } = runProcess(['clusters', '--file', path])
    assert.match(stderr, /^error: .* would be read at once, and 50000 MB are too large: the limit is 2 GB\n/)
    assert.deepEqual({ status, stdout }, { status: 1, stdout: '' })
  }
})

test('a line of JSON lines that never ends is given up after 1 MiB', () => {
  const path = join(folder, 'endless.jsonl')
  writeFileSync(path, `{"request":"http://a/"}\n{"request":"${'x'.repeat(3_000_000)}`)
  const { status, stderr } = runProcess(['trace', '--file', fixture, '--requests', path])
  assert.match(stderr, /^error: a line is longer than 1 MiB/)
  assert.equal(status, 1)
})

function runProcess(argv: readonly string[]) {
  const [program, ...before] = startWords
  return spawnSync(program, [...before, ...argv], { encoding: 'utf8', timeout: 60_000 })
}
