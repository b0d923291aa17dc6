import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { load } from 'js-yaml'
import { install } from '../../scripts/krew/install.ts'
import { readArchive } from '../../scripts/krew/read-archive.ts'
import { manPages } from '../../scripts/man/pages.ts'
import { tarGz } from '../../scripts/package/tar-gz.ts'
import { archiveName, binaryName, isHost, type Target, targetName, targets } from '../../scripts/package/targets.ts'
import { commands } from '../../src/commands/index.ts'
import { objectOf, objectsOf, stringOf } from '../../src/envoy/json.ts'
import { type Emulator, emulators } from './emulators.ts'
import { readExecutableHeader } from './executable-header.ts'

// Builds every archive, which takes minutes: `npm run test:package`.

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'packages-'))
const built = join(folder, 'built')
const dump = 'test/fixtures/sidecar/config_dump.json'
const host = targets.find(isHost)
/** Linux on x64 builds for every platform, another one for itself: scripts/package/node-package.ts. */
const forAll = process.platform === 'linux' && process.arch === 'x64'
const made = forAll ? targets : targets.filter(isHost)
const unix = process.platform !== 'win32'
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }

function script(name: string, ...argv: string[]) {
  const run = spawnSync(process.execPath, [join(root, 'scripts', name), ...argv], { cwd: root, encoding: 'utf8' })
  assert.equal(run.status, 0, run.stderr)
  return run
}

const sha256 = (file: Buffer) => createHash('sha256').update(file).digest('hex')
const read = (target: Target, from = built) => readFileSync(join(from, archiveName(target)))

before(async () => {
  script('package.ts', '--out', built, ...(forAll ? [] : ['--target', 'host']))
  const content = readFileSync(join(root, dump))
  writeFileSync(join(built, 'dump.json.gz'), gzipSync(content))
  writeFileSync(join(built, 'dumps.tar.gz'), await tarGz([{ name: 'config_dump.json', content, executable: false }]))
})
after(() => rmSync(folder, { recursive: true }))

test('SHA256SUMS holds the lower-case sum of every archive', () => {
  const lines = made.map((target) => `${sha256(read(target))}  ${archiveName(target)}\n`)
  assert.equal(readFileSync(join(built, 'SHA256SUMS'), 'utf8'), lines.join(''))
})

test('every archive is below 50 MB', (t) => {
  for (const target of made) {
    t.diagnostic(`${archiveName(target)}: ${read(target).length} bytes`)
    assert.ok(read(target).length < 50e6, archiveName(target))
  }
})

test('every archive holds the program, licences, the shims, and man pages, all regular files', async () => {
  const manFiles = [...(await manPages(commands, version)).keys()].map((name) => `man1/${name}`)
  for (const target of made) {
    const members = await readArchive(read(target))
    assert.ok(members.every(({ type }) => type === 'file'))
    const paths = members.map(({ path }) => path.replace(/-[0-9a-f]{8}(?=\.so\.)/, ''))
    const shims = ['kubectl-proxy_status', 'kubectl_complete-proxy_config', 'kubectl_complete-proxy_status']
    const suffix = target.os === 'windows' ? '.cmd' : ''
    assert.deepEqual(paths, [
      binaryName(target),
      'LICENSE',
      'THIRD-PARTY-NOTICES.txt',
      ...shims.map((name) => name + suffix),
      ...(target.libc === 'musl' ? ['lib/libgcc_s.so.1', 'lib/libstdc++.so.6.0.33'] : []),
      ...(target.os === 'windows' ? [] : manFiles),
    ])
    const notices = members.find(({ path }) => path.startsWith('THIRD'))?.content.toString() ?? ''
    assert.match(notices, /^Node\.js 2[46]\.\d+\.\d+$/m)
    assert.match(notices, /^@kubernetes\/client-node \d/m)
    assert.equal(/^GCC RUNTIME LIBRARY EXCEPTION$/m.test(notices), target.libc === 'musl')
  }
})

test('every executable is well-formed for its platform', () => {
  const formats = { linux: 'ELF', darwin: 'Mach-O', windows: 'PE32+' } as const
  for (const target of made) {
    const file = readFileSync(join(built, targetName(target), binaryName(target)))
    const { format, machine, parts, signed } = readExecutableHeader(file)
    assert.equal(format, formats[target.os])
    assert.equal(machine, target.host.arch)
    assert.ok(parts.length > 4)
    for (const { name, offset, size } of parts) {
      assert.ok(offset + size <= file.length, `${targetName(target)}: ${name} ends after the file`)
    }
    // Node's own signature does not fit any more; only macOS can make a new one.
    assert.equal(signed, target.os === 'darwin' && process.platform === 'darwin', targetName(target))
    if (target.os === 'darwin') assert.ok(parts.some(({ name }) => name === 'NODE_SEA'))
  }
})

test('no executable holds the path of the folder it was built in', () => {
  for (const target of made) {
    const file = readFileSync(join(built, targetName(target), binaryName(target)))
    assert.equal(file.indexOf(root), -1, targetName(target))
  }
})

test("Node's own variables do not reach the program", { skip: host === undefined }, () => {
  assert.ok(host !== undefined)
  const program = join(built, targetName(host), binaryName(host))
  const required = join(folder, 'required.cjs')
  writeFileSync(required, "process.stderr.write('required')")
  const live = ['clusters', 'web', '--server', 'http://127.0.0.1:9', '--token', 's3cr3t']
  const plain = spawnSync(program, live, { encoding: 'utf8' })
  assert.equal(plain.status, 1)
  for (const variables of [
    { NODE_OPTIONS: '--inspect=127.0.0.1:0' },
    { NODE_OPTIONS: `--require ${required}` },
    { NODE_OPTIONS: '--no-such-flag' },
    { NODE_DEBUG: 'http,http2,https,net,tls,stream,module,fs' },
    { NODE_DEBUG_NATIVE: 'http2' },
    { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
  ]) {
    const { status, stdout, stderr } = spawnSync(program, live, {
      encoding: 'utf8',
      env: { ...process.env, ...variables },
    })
    assert.deepEqual(
      { status, stdout, stderr },
      { status: 1, stdout: '', stderr: plain.stderr },
      JSON.stringify(variables),
    )
  }
})

const json = ['clusters', '-o', 'json', '--file', dump]
const commandLines = [
  ['--version'],
  ['--help'],
  ['all', '--file', dump],
  json,
  ['certs', '-o', 'jsonl', '--file', dump],
  ['trace', 'http://reviews:9080/reviews/1', '-H', 'end-user=jason', '--file', dump],
  ['clusters', '--file', 'no-such-file'],
]

/** All there are, or why there are none. */
let available: Record<string, Emulator> | string | undefined

function emulatorOf(name: string): Emulator | string {
  try {
    available ??= emulators(join(folder, 'emulators'), root, built)
  } catch (error) {
    available = String(error)
  }
  return typeof available === 'string' ? available : (available[name] ?? `no emulator of ${name}`)
}

for (const { name, files, at } of [
  { name: 'linux_arm64', files: built, at: join(built, 'linux_arm64', 'kubectl-proxy_config') },
  { name: 'linux_musl_amd64', files: '/built', at: '/built/linux_musl_amd64/kubectl-proxy_config' },
  { name: 'linux_musl_arm64', files: built, at: join(built, 'linux_musl_arm64', 'kubectl-proxy_config') },
  { name: 'windows_amd64', files: '/built', at: '/built/windows_amd64/kubectl-proxy_config.exe' },
]) {
  test(`${name} runs in an emulator and prints what the executable for this machine prints`, (t) => {
    const emulator = emulatorOf(name)
    if (typeof emulator === 'string') return notRun(t, name, emulator)
    for (const argv of commandLines) {
      const result = emulator(at, ...argv)
      assert.deepEqual(result, onThisMachine(argv), argv.join(' '))
      assert.notEqual(result.stdout + result.stderr, '')
    }
    // Loaded at run time only: zlib, tar.
    for (const file of ['dump.json.gz', 'dumps.tar.gz/config_dump.json']) {
      const { status, stdout } = emulator(at, 'clusters', '-o', 'json', '--file', `${files}/${file}`)
      assert.deepEqual({ status, stdout }, { status: 0, stdout: onThisMachine(json).stdout }, file)
    }
  })
}

test('on musl it finds its libraries in ../lib/proxy-config as well, also through a link', (t) => {
  const emulator = emulatorOf('linux_musl_amd64')
  if (typeof emulator === 'string') return notRun(t, 'libraries of musl', emulator)
  const from = join(built, 'linux_musl_amd64')
  const prefix = join(built, 'prefix')
  cpSync(join(from, 'kubectl-proxy_config'), join(prefix, 'bin/kubectl-proxy_config'))
  cpSync(join(from, 'lib'), join(prefix, 'lib/proxy-config'), { recursive: true })
  symlinkSync('prefix/bin/kubectl-proxy_config', join(built, 'kubectl-proxy_status'))
  assert.match(emulator('/built/prefix/bin/kubectl-proxy_config', '--version').stdout, /^kubectl proxy-config \d/)
  assert.match(emulator('/built/kubectl-proxy_status', '--help').stdout, /kubectl proxy-status/)
})

test('the .cmd files of the Windows archive start the program', async (t) => {
  const windows = targets.find(({ os }) => os === 'windows')
  assert.ok(windows !== undefined)
  const emulator = emulatorOf(targetName(windows))
  if (typeof emulator === 'string') return notRun(t, '.cmd files', emulator)
  for (const { path, content } of await readArchive(read(windows))) {
    if (path.endsWith('.cmd')) writeFileSync(join(built, targetName(windows), path), content)
  }
  const cmd = (name: string, ...argv: string[]) =>
    emulator('cmd', '/c', `Z:\\built\\windows_amd64\\${name}.cmd`, ...argv).stdout
  assert.equal(cmd('kubectl_complete-proxy_config', 'clu').split('\t')[0], 'clusters')
  assert.match(cmd('kubectl_complete-proxy_status', '--'), /:4\r?\n$/)
  assert.match(cmd('kubectl-proxy_status', '--help'), /kubectl proxy-status/)
})

function notRun(t: TestContext, what: string, reason: string): void {
  console.error(`\n*** NOT RUN: ${what}: ${reason}\n`)
  t.skip(reason)
}

function onThisMachine(argv: readonly string[]) {
  assert.ok(host !== undefined)
  const program = join(built, targetName(host), binaryName(host))
  const { status, stdout, stderr } = spawnSync(program, argv, { cwd: root, encoding: 'utf8' })
  return { status, stdout, stderr }
}

test('a second build gives the same bytes', { skip: host === undefined }, () => {
  assert.ok(host !== undefined)
  const again = join(folder, 'again')
  script('package.ts', '--target', 'host', '--out', again)
  // codesign is not ours to make reproducible.
  if (process.platform !== 'darwin') assert.equal(sha256(read(host, again)), sha256(read(host)))
})

test('the krew manifest is rendered for these archives and breaks no rule', { skip: !forAll }, () => {
  script('manifests.ts', built)
  const manifest = objectOf(load(readFileSync(join(built, 'proxy-config.yaml'), 'utf8')))
  const sums = objectsOf(objectOf(manifest.spec).platforms).map(({ sha256: sum }) => stringOf(sum))
  assert.deepEqual(
    sums,
    made.filter(({ libc }) => libc === undefined).map((target) => sha256(read(target))),
  )
})

test("installed in krew's steps, it runs with no Node on PATH, under each of its names", { skip: !unix }, async () => {
  assert.ok(host !== undefined)
  const archive = read(host)
  const link = await install({
    krewRoot: join(folder, 'krew'),
    name: 'proxy-config',
    version: `v${version}`,
    archive,
    sha256: sha256(archive),
    bin: binaryName(host),
  })
  const bin = join(folder, 'krew', 'bin')
  const run = (program: string, ...argv: string[]) =>
    spawnSync(program, argv, {
      encoding: 'utf8',
      cwd: folder,
      env: { PATH: folder, HOME: folder },
    })
  assert.equal(run(link, '--version').stdout, `kubectl proxy-config ${version}\n`)
  const clusters = run(link, 'clusters', '--file', join(root, dump))
  assert.equal(clusters.stderr, '')
  assert.match(clusters.stdout, /^SERVICE FQDN .*\n.*9080/)
  assert.match(run(link, '--help').stdout, /^ {2}kubectl proxy-config /m)
  // The links that the caveats ask for.
  for (const name of ['kubectl-proxy_status', 'kubectl_complete-proxy_config', 'kubectl_complete-proxy_status']) {
    symlinkSync('kubectl-proxy_config', join(bin, name))
  }
  assert.equal(run(join(bin, 'kubectl_complete-proxy_config'), 'clu').stdout.split('\t')[0], 'clusters')
  assert.match(run(join(bin, 'kubectl_complete-proxy_status'), '--').stdout, /:4\n$/)
  assert.match(run(join(bin, 'kubectl-proxy_status'), '--help').stdout, /proxy-status/)
})

test('the shims of the archive do the same as links', { skip: !unix }, async () => {
  assert.ok(host !== undefined)
  const path = join(folder, 'path')
  mkdirSync(path)
  const tar = spawnSync('tar', ['xzf', join(built, archiveName(host)), '-C', path], { encoding: 'utf8' })
  assert.equal(tar.status, 0, tar.stderr)
  assert.equal(statSync(join(path, 'kubectl-proxy_config')).mode & 0o111, 0o111)
  const run = (program: string, ...argv: string[]) =>
    spawnSync(program, argv, {
      encoding: 'utf8',
      env: { PATH: path, HOME: folder },
    })
  assert.equal(run('kubectl_complete-proxy_config', 'clu').stdout.split('\t')[0], 'clusters')
  assert.match(run('kubectl-proxy_status', '--help').stdout, /proxy-status/)
})
