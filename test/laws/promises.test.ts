import assert from 'node:assert/strict'
import { globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { commands } from '../../src/commands/index.ts'
import { meshPod, type RunningMesh, startMesh } from '../commands/fake-mesh.ts'
import { executable, runProgram } from '../run-program.ts'
import { type Deeds, watchProcess } from './watched-process.ts'

// What SECURITY.md promises of the machine that the program runs on, for every command: of a saved dump and of a live proxy.

const page = (name: string) => fileURLToPath(new URL(`../fixtures/sidecar/${name}.json`, import.meta.url))
const dump = page('config_dump')
const other = fileURLToPath(new URL('../fixtures/gateway/config_dump.json', import.meta.url))
const line = '[2026-01-01T10:00:00.000Z] "GET /a HTTP/1.1" 503 UF 0 91 5 - "-" "c" "id" "pay:9080" "10.0.0.1:80"\n'
const request = 'http://reviews:9080/'

const folder = mkdtempSync(join(tmpdir(), 'promises-'))
const captured = join(folder, 'made.zip')
const dataset = join(folder, 'dataset')

/** What follows the name of a command of a dump, and of a live proxy; a command without a line is taken with nothing. */
const given: Readonly<Record<string, { readonly saved?: readonly string[]; readonly live?: readonly string[] }>> = {
  trace: { saved: [request, '--file', dump], live: ['web', request, '--follow'] },
  explain: { saved: ['503 UF', '--file', dump], live: ['web'] },
  status: { saved: ['--file', dump], live: ['web'] },
  'rootca-compare': { saved: ['--file', dump, '--file', other], live: ['web', 'api'] },
  diff: { saved: ['--file', dump, '--file', other], live: ['web', 'api'] },
  watch: { live: ['web', '--for', '300ms', '--interval', '100ms'] },
  wait: {
    saved: ['--file', dump, '--for', 'synced', '--timeout', '0s'],
    live: ['web', '--for', 'live', '--timeout', '0s'],
  },
  describe: { saved: ['service', 'reviews', '--file', dump], live: ['pod', 'web'] },
  stats: { live: ['web'] },
  info: { live: ['web'] },
  log: { live: ['web'] },
  ztunnel: { live: ['all', 'web'] },
  query: { saved: ['SELECT count(*) FROM clusters', '--file', dump], live: ['SELECT * FROM clusters', 'web'] },
  capture: { saved: ['show', captured] },
  export: { saved: ['--file', dump, '--dir', dataset], live: ['web', '--dir', dataset] },
  report: { saved: ['--file', dump], live: ['web'] },
  schema: { saved: ['clusters'] },
  completion: { saved: ['bash'] },
  options: { saved: [] },
}

const skip = executable !== undefined && 'in process only: what an executable does cannot be watched from here'
const [home, work, temporary] = ['home', 'work', 'tmp'].map((name) => join(folder, name))
const start = process.cwd()
let mesh: RunningMesh
let deeds: Deeds

before(async () => {
  for (const each of [home, work, temporary]) mkdirSync(String(each))
  mesh = await startMesh({
    pods: ['web', 'api'].map((name) => meshPod(name, 'default')),
    answer(_pod, port, path) {
      if (port !== 15_000) return undefined
      const [name = ''] = path.split('?')
      return ['config_dump', 'clusters', 'server_info', 'certs', 'listeners', 'init_dump', 'stats'].includes(name)
        ? readFileSync(page(name), 'utf8')
        : path === 'logging'
          ? 'active loggers:\n  admin: info\n'
          : undefined
    },
    object: (path) => (path.endsWith('/log') ? { status: 200, body: line } : undefined),
  })
  await runProgram(['capture', '--file', dump, '--to', captured])
  // The page of report is made of the sources when it is first asked for, by a program that the release does not have.
  await runProgram(['report', '--file', dump])
  process.chdir(String(work))
  deeds = watchProcess()
})
beforeEach(() => {
  for (const list of Object.values(deeds)) list.length = 0
})
after(async () => {
  process.chdir(start)
  await mesh.close()
  rmSync(folder, { recursive: true })
})

/** Runs the program where nothing is at home, in the working directory or among temporary files. */
function run(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return runProgram(argv, {
    env: { HOME: home, TMPDIR: temporary, XDG_CACHE_HOME: join(String(home), '.cache'), ...env },
  })
}

const live = () => ['--server', mesh.api.url, '--certificate-authority', mesh.api.caFile, '--token', 'x']

for (const { name } of commands) {
  const { saved = name in given ? undefined : ['--file', dump], live: ofPod = name in given ? undefined : ['web'] } =
    given[name] ?? {}
  test(`${name} opens no port, starts no program, keeps no file and asks nobody but the API server`, {
    skip,
  }, async () => {
    for (const [words, server] of [
      [saved, []],
      [ofPod, live()],
    ] as const) {
      if (words === undefined) continue
      deeds.connected.length = 0
      const { out, err } = await run([name, ...words, ...server])
      // No pod here is a ztunnel, nor has it a control plane; both are told after the pod was asked.
      if (!['ztunnel', 'wait'].includes(name)) assert.doesNotMatch(err, /^(?:error|Error|internal error)/m)
      assert.notEqual(out + err, '')
      const allowed = server.length === 0 ? [] : [new URL(mesh.api.url).host]
      assert.deepEqual(
        [...new Set(deeds.connected)].filter((place) => !allowed.includes(place)),
        [],
      )
      if (server.length > 0) assert.ok(deeds.connected.length > 0, 'its connections are seen')
    }
    const { listened } = deeds
    const written = deeds.written.filter((deed) => name !== 'export' || !deed.includes(` ${dataset}`))
    // Statements of query run in a process of the program's own, which has a limit of memory.
    const started = deeds.started.filter((file) => name !== 'query' || file !== process.execPath)
    assert.deepEqual({ listened, written, started }, { listened: [], written: [], started: [] })
    assert.deepEqual(
      [home, work, temporary].flatMap((each) => readdirSync(String(each))),
      [],
    )
  })
}

for (const [words, file] of [
  [['capture', '--file', dump, '--to', 'mine.zip'], 'mine.zip'],
  [['capture', 'web', 'api', '--to', 'mine.zip'], 'mine.zip'],
  [['query', '--file', dump, '--db', 'mine.db'], 'mine.db'],
  [['report', '--file', dump, '-o', 'mine.html'], 'mine.html'],
] as const)
  test(`${words.slice(0, 2).join(' ')} writes the file that it is told to and no other, which only its owner may read`, {
    skip,
  }, async (t) => {
    const mask = process.umask(0)
    t.after(() => process.umask(mask))
    const { code, err } = await run([...words, ...(words.some((word) => word === '--file') ? [] : live())])
    assert.equal(code, 0, err)
    assert.deepEqual(readdirSync(String(work)), [file])
    if (process.platform !== 'win32') assert.equal(statSync(join(String(work), file)).mode & 0o777, 0o600)
    assert.deepEqual(deeds.listened, [])
    assert.deepEqual(
      [home, temporary].flatMap((each) => readdirSync(String(each))),
      [],
    )
    rmSync(join(String(work), file))
  })

test('export writes into the folder that it is told to and nowhere else, files that only their owner may read', {
  skip,
}, async (t) => {
  const mask = process.umask(0)
  t.after(() => process.umask(mask))
  const { code, err } = await run(['export', '--file', dump, '--dir', 'tables'])
  assert.equal(code, 0, err)
  assert.deepEqual(readdirSync(String(work)), ['tables'])
  const files = globSync('tables/**/*.parquet', { cwd: String(work) })
  assert.ok(files.length > 5, `${files.length} files`)
  if (process.platform !== 'win32')
    for (const file of files) assert.equal(statSync(join(String(work), file)).mode & 0o777, 0o600, file)
  rmSync(join(String(work), 'tables'), { recursive: true })
})

test('nothing in the sources listens, and only captures, databases, exported files and pages are written', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const sources = globSync('src/**/*.ts', { cwd: root }).map((file) => ({
    file,
    text: readFileSync(join(root, file), 'utf8'),
  }))
  const having = (pattern: RegExp) => sources.flatMap(({ file, text }) => (pattern.test(text) ? [file] : []))
  assert.deepEqual(having(/\bcreateServer\b|\.listen\(|'node:(?:dgram|cluster|inspector)/), [])
  const writers = /\b(?:write|append)File|\bcreateWriteStream\b|\bmkdir|\bmkdtemp|\brenameSync|\bcopyFile/
  assert.deepEqual(having(writers).sort(), [
    'src/fetch/capture/capture-target.ts',
    'src/fetch/capture/zip/zip-writer.ts',
    'src/fetch/dataset/dataset-folder.ts',
    'src/fetch/written/pending-file.ts',
  ])
})

test('what is watched for is seen', { skip }, async () => {
  const server = createServer().listen(0, '127.0.0.1')
  server.close()
  rmSync(join(folder, 'nothing'), { force: true })
  assert.deepEqual([deeds.listened.length, deeds.written.length], [1, 1])
})
