import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { homeFolder } from '../../src/cli/run/home-folder.ts'
import { executable, startWords } from '../run-program.ts'

const fixture = fileURLToPath(new URL('../fixtures/sidecar/config_dump.json', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'process-'))
after(() => rmSync(folder, { recursive: true }))

/** A dump whose JSON output is more than 50 MB: real clusters under new names. */
function bigDump(): { path: string; clusters: number } {
  const dump = JSON.parse(readFileSync(fixture, 'utf8'))
  const section = dump.configs.find((config: { '@type': string }) => config['@type'].endsWith('ClustersConfigDump'))
  const own = section.dynamic_active_clusters
  const copies = 1000
  section.dynamic_active_clusters = Array.from({ length: copies }, (_, copy) =>
    own.map((entry: { cluster: { name: string } }) => ({
      ...entry,
      cluster: { ...entry.cluster, name: `${entry.cluster.name}-${copy}` },
    })),
  ).flat()
  const path = join(folder, 'big.json')
  writeFileSync(path, JSON.stringify(dump))
  return { path, clusters: section.dynamic_active_clusters.length + section.static_clusters.length }
}

const [program, ...before] = startWords

function start(...argv: string[]): ChildProcess {
  return spawn(program, [...before, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] })
}

test('50 MB into a slow pipe: nothing is lost', async () => {
  const { path, clusters } = bigDump()
  const child = start('clusters', '--file', path, '-o', 'json')
  assert.ok(child.stdout !== null)
  const chunks: Buffer[] = []
  let reads = 0
  for await (const chunk of child.stdout) {
    chunks.push(chunk)
    if (++reads % 100 === 0) await sleep(5)
  }
  const text = Buffer.concat(chunks)
  assert.ok(text.length > 50e6, `${text.length} bytes`)
  assert.equal(JSON.parse(text.toString()).length, clusters)
})

test('a reader that goes away ends the program quietly', async () => {
  const { path } = bigDump()
  const child = start('clusters', '--file', path, '-o', 'json')
  assert.ok(child.stdout !== null && child.stderr !== null)
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  await once(child.stdout, 'data')
  child.stdout.destroy()
  const [code] = await once(child, 'close')
  assert.equal(errors, '')
  assert.equal(code, 0)
})

test('standard input, file and exit codes through the real process', async () => {
  const child = spawn(program, [...before, 'clusters', '--file', '-', '-o', 'name'], { stdio: 'pipe' })
  child.stdin.end(readFileSync(fixture))
  let out = ''
  for await (const chunk of child.stdout) out += chunk
  assert.match(out, /^cluster\/outbound\|9080\|v1\|reviews/m)
  const [refused] = await once(start('clusters', '--file', join(folder, 'none')), 'close')
  assert.equal(refused, 1)
})

/** Where a shell's words read a dump from: each is another way to read a file. $DUMP is the captured one, $FOLDER is for files. */
const inputs: Readonly<Record<string, string>> = {
  'a file': '--file "$DUMP"',
  gzip: '--file "$FOLDER/dump.json.gz"',
  'gzip through a pipe': '--file - < "$FOLDER/dump.json.gz"',
  'a file of a .tar.gz': '--file "$FOLDER/dumps.tar.gz/config_dump.json"',
  'a .tar.gz through a pipe': '--file <(cat "$FOLDER/dumps.tar.gz")',
  'a FIFO': '--file "$FOLDER/fifo" & cat "$DUMP" > "$FOLDER/fifo"; wait',
  'gzip in a FIFO': '--file "$FOLDER/fifo" & cat "$FOLDER/dump.json.gz" > "$FOLDER/fifo"; wait',
  'a process substitution': '--file <(cat "$DUMP")',
  '/dev/stdin from a file': '--file /dev/stdin < "$DUMP"',
  '/dev/stdin from a pipe': '--file /dev/stdin < <(cat "$DUMP")',
  'standard input from a here-document': '--file - <<< "$(cat "$DUMP")"',
  '/dev/fd': '--file /dev/fd/7 7< "$DUMP"',
}

test('every way to hand over a dump gives the same rows', { skip: process.platform === 'win32' }, () => {
  writeFileSync(join(folder, 'dump.json.gz'), gzipSync(readFileSync(fixture)))
  const shell = (script: string) =>
    spawnSync('bash', ['-c', script, 'bash', program, ...before], {
      encoding: 'utf8',
      env: { ...process.env, DUMP: fixture, FOLDER: folder },
      timeout: 60_000,
    })
  const made = shell(
    'tar -C "$(dirname "$DUMP")" -czf "$FOLDER/dumps.tar.gz" config_dump.json && mkfifo "$FOLDER/fifo"',
  )
  assert.equal(made.status, 0, made.stderr)
  const printed = Object.entries(inputs).map(([name, words]) => {
    const { stdout, stderr } = shell(`"$@" clusters -o name ${words}`)
    return [name, stdout.split('\n').length, stderr.replace(/^Reading .* from .*\n/, '')]
  })
  assert.deepEqual(
    printed,
    Object.keys(inputs).map((name) => [name, 31, '']),
  )
})

test('/dev/null is an empty file, in every way to name it', { skip: process.platform === 'win32' }, () => {
  for (const words of ['--file /dev/null', '--file - < /dev/null', '--file /dev/stdin < /dev/null', '--file <(true)']) {
    const script = `"$@" clusters ${words}`
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', program, ...before], {
      encoding: 'utf8',
    })
    assert.deepEqual({ status, stdout }, { status: 1, stdout: '' }, words)
    assert.match(stderr, /^error: .* is empty\nSave a dump with: .*\n$/, words)
  }
})

test('a folder as standard input is called one', { skip: process.platform === 'win32' }, () => {
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['-c', '"$@" clusters --file - < /', 'bash', program, ...before],
    {
      encoding: 'utf8',
    },
  )
  const error = 'error: standard input is a directory, not a file\nName a file in it: --file FILE\n'
  assert.deepEqual({ status, stdout, stderr }, { status: 1, stdout: '', stderr: error })
})

test('in a folder that was removed, a path from the root works, and another one is not there', {
  skip: process.platform === 'win32' && 'a folder in use cannot be removed',
}, () => {
  const gone = join(folder, 'gone')
  mkdirSync(gone)
  const script = `cd '${gone}' && rmdir '${gone}' && "$@"`
  const run = (file: string) =>
    spawnSync('sh', ['-c', script, 'sh', program, ...before, 'clusters', '-o', 'name', '--file', file], {
      encoding: 'utf8',
    })
  const found = run(fixture)
  assert.equal(found.stderr, '')
  assert.match(found.stdout, /^cluster\//)
  mkdirSync(gone)
  const { status, stderr } = run('dump.json')
  assert.deepEqual({ status, stderr }, { status: 1, stderr: 'error: the path "dump.json" does not exist\n' })
})

test('a user whom the system does not know has a home', () => {
  const unknown = () => {
    throw new Error('uv_os_homedir returned ENOENT')
  }
  assert.equal(homeFolder({}, unknown), '/')
  assert.equal(
    homeFolder({}, () => '/home/a'),
    '/home/a',
  )
  assert.equal(
    homeFolder({ HOME: '' }, () => '/home/a'),
    '',
  )
})

/** Runs the sources with something done before them; an executable takes no such thing. */
function startAfter(module: string, argv: readonly string[]): ChildProcess {
  const words = ['--import', `data:text/javascript,${encodeURIComponent(module)}`, ...before, ...argv]
  return spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'] })
}

const ofSources = { skip: executable !== undefined && 'the executable loads no module before it', timeout: 30_000 }

test('what can no longer come is reported, and is no success', ofSources, async () => {
  const never = '{ isTTY: false, [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }'
  const child = startAfter(`Object.defineProperty(process, 'stdin', { value: ${never} })`, ['clusters', '--file', '-'])
  assert.ok(child.stderr !== null)
  const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  assert.match(
    err,
    /^error: kubectl proxy-config \S+ waited for something that can no longer come: the answer is not complete\n/,
  )
  assert.equal(code, 1)
})

test('what is thrown where nobody catches it is reported like any other defect', ofSources, async () => {
  for (const thrown of ["throw new Error('secret')", "Promise.reject(new Error('secret'))"]) {
    const child = startAfter(`setTimeout(() => { ${thrown} }, 300)`, ['clusters', '--file', '-'])
    assert.ok(child.stderr !== null)
    const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
    assert.match(err, /^error: internal error in kubectl proxy-config/)
    assert.doesNotMatch(err, /secret/)
    assert.equal(code, 1)
  }
})

test('with nobody to read its errors, the program still fails as it should', ofSources, async () => {
  const child = start('clusters', '--file', join(folder, 'none'))
  child.stderr?.destroy()
  const [code] = await once(child, 'exit')
  assert.equal(code, 1)
})
