import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { install } from '../../scripts/krew/install.ts'
import { archiveName, isHost, targets } from '../../scripts/package/targets.ts'

// Runs the lines of docs/install.md as they are pasted, but for where the release and the folders are.

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'install-'))
const released = join(folder, 'released')
const page = readFileSync(join(root, 'docs/install.md'), 'utf8')
const host = targets.find(isHost)
const skip =
  process.platform !== 'linux' && 'the lines for Linux and krew, and those for macOS with its commands replaced'
const musl = process.platform === 'linux' && process.arch === 'x64'
const names = [
  'kubectl-proxy_config',
  'kubectl-proxy_status',
  'kubectl_complete-proxy_config',
  'kubectl_complete-proxy_status',
]

before(() => {
  if (skip !== false || host === undefined) return
  const packaged = spawnSync(
    process.execPath,
    [
      join(root, 'scripts/package.ts'),
      '--target',
      'host',
      ...(musl ? ['--target', 'linux_musl_amd64'] : []),
      '--out',
      released,
    ],
    { cwd: root, encoding: 'utf8' },
  )
  assert.equal(packaged.status, 0, packaged.stderr)
})
after(() => rmSync(folder, { recursive: true }))

/** The code block of that number below a heading. */
function block(heading: string, number = 0): string {
  const text = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const found = [...text.matchAll(/^```bash\n([\s\S]*?)^```/gm)][number]?.[1]
  assert.ok(found !== undefined, `docs/install.md has lines for ${heading}`)
  return found
}

/** The command below "Uninstall" for a row of the table. */
function uninstall(row: string): string {
  const found = page.split('\n').find((line) => line.startsWith(`| ${row} |`))
  const command = /`(.*)`/.exec(found ?? '')?.[1]
  assert.ok(command !== undefined, `docs/install.md says how to remove ${row}`)
  return command
}

/** bash, with the release at `base` and `home` as the user's folder. */
function paste(lines: string, home: string, base = released, path = process.env.PATH ?? '') {
  mkdirSync(home, { recursive: true })
  const local = lines.replaceAll(/https:\/\/\S+\/releases\/download\/[^/\s]+/g, `file://${base}`)
  assert.ok(!local.includes('https://'), local)
  return spawnSync('bash', ['-c', local.replaceAll('/usr/local', join(home, 'usr-local'))], {
    cwd: home,
    env: { HOME: home, PATH: `${join(home, '.local/bin')}:${path}`, TMPDIR: folder, KREW_ROOT: join(home, 'krew') },
    encoding: 'utf8',
  })
}

function assertInstalled(bin: string): void {
  const run = (name: string, ...argv: string[]) =>
    spawnSync(join(bin, name), argv, { encoding: 'utf8', env: { PATH: bin, HOME: folder } }).stdout
  assert.match(run('kubectl-proxy_config', '--version'), /^kubectl proxy-config \d/)
  assert.match(run('kubectl-proxy_status', '--help'), /kubectl proxy-status/)
  assert.equal(run('kubectl_complete-proxy_config', 'clu').split('\t')[0], 'clusters')
  assert.match(run('kubectl_complete-proxy_status', '--'), /:4\n$/)
}

test('Alpine: every name and the libraries are where the program looks for them', {
  skip: !musl && 'needs Linux on x64',
}, () => {
  const home = join(folder, 'alpine')
  const lines = block('Alpine').replace(/wget -q (\S+) (\S+)/, 'curl -fsSO $1 && curl -fsSO $2')
  const result = paste(lines, home)
  assert.equal(result.status, 0, result.stderr)
  const path = (name: string) => join(home, '.local', name)
  assert.ok(names.every((name) => existsSync(path(`bin/${name}`))))
  assert.ok(readFileSync(path('bin/kubectl-proxy_config')).includes('$ORIGIN/../lib/proxy-config'))
  assert.equal(globSync('*.so.*', { cwd: path('lib/proxy-config') }).length, 2)
  const removed = paste(uninstall('Alpine archive'), home)
  assert.equal(removed.status, 0, removed.stderr)
  assert.deepEqual(globSync('.local/{bin,lib}/*', { cwd: home }), [])
})

test('Linux: every name works, man finds the pages, and nothing is left after the uninstall', { skip }, () => {
  const home = join(folder, 'linux')
  const result = paste(block('Linux'), home)
  assert.equal(result.status, 0, result.stderr)
  assert.match(result.stdout, /: OK\n/)
  assertInstalled(join(home, '.local/bin'))
  assert.ok(existsSync(join(home, '.local/share/man/man1/kubectl-proxy-config-trace.1')))
  // Pasted again, it replaces what is there.
  assert.equal(paste(block('Linux'), home).status, 0)
  assert.equal(paste(uninstall('Linux archive'), home).status, 0)
  assert.deepEqual(globSync('.local/**/kubectl*', { cwd: home }), [])
})

test('an archive that is not what SHA256SUMS says is not installed', { skip }, () => {
  assert.ok(host !== undefined)
  const damaged = join(folder, 'damaged')
  cpSync(join(released, 'SHA256SUMS'), join(damaged, 'SHA256SUMS'))
  writeFileSync(join(damaged, archiveName(host)), 'not the archive')
  for (const [system, path] of [
    ['Linux', undefined],
    ['macOS', likeMacOS()],
  ] as const) {
    const home = join(folder, `damaged-${system}`)
    assert.notEqual(paste(block(system), home, damaged, path).status, 0)
    assert.deepEqual(globSync(['**/kubectl*', '.local/**/kubectl*'], { cwd: home }), [])
  }
})

/** A PATH on which `uname` speaks of a Mac and `sudo` asks for nothing. */
function likeMacOS(): string {
  const bin = join(folder, 'mac-bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, 'uname'), `#!/bin/sh\necho ${process.arch === 'arm64' ? 'arm64' : 'x86_64'}\n`, {
    mode: 0o755,
  })
  writeFileSync(join(bin, 'sudo'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 })
  return `${bin}:${process.env.PATH}`
}

test('macOS: the lines install what an archive of that name has', { skip }, (t) => {
  if (spawnSync('shasum', ['--version']).status !== 0) return t.skip('there is no shasum')
  assert.ok(host !== undefined)
  // The program of this machine, to see it run.
  const mac = join(folder, 'mac')
  const name = archiveName({ ...host, os: 'darwin' })
  cpSync(join(released, archiveName(host)), join(mac, name))
  const sum = createHash('sha256')
    .update(readFileSync(join(mac, name)))
    .digest('hex')
  writeFileSync(join(mac, 'SHA256SUMS'), `${'0'.repeat(64)}  another.tar.gz\n${sum}  ${name}\n`)
  const home = join(folder, 'mac-home')
  const result = paste(block('macOS'), home, mac, likeMacOS())
  assert.equal(result.status, 0, result.stderr)
  assertInstalled(join(home, 'usr-local/bin'))
  assert.equal(paste(uninstall('macOS archive'), home, mac, likeMacOS()).status, 0)
  assert.deepEqual(globSync('usr-local/**/kubectl*', { cwd: home }), [])
})

test('krew: the links are made, also a second time, and taken away again', { skip }, async () => {
  assert.ok(host !== undefined)
  const home = join(folder, 'krew-home')
  const archive = readFileSync(join(released, archiveName(host)))
  const sha256 = createHash('sha256').update(archive).digest('hex')
  const krewRoot = join(home, 'krew')
  const link = await install({
    krewRoot,
    name: 'proxy-config',
    version: 'v0.1.0',
    archive,
    sha256,
    bin: 'kubectl-proxy_config',
  })
  for (const _ of [1, 2]) assert.equal(paste(block('krew', 1), home).status, 0)
  assertInstalled(join(krewRoot, 'bin'))
  rmSync(link)
  writeFileSync(join(krewRoot, 'bin', 'kubectl-proxy_other'), '')
  const removal = uninstall('krew').replace('kubectl krew uninstall proxy-config; ', '')
  assert.equal(paste(removal, home).status, 0)
  assert.deepEqual(globSync('*', { cwd: join(krewRoot, 'bin') }), ['kubectl-proxy_other'])
})

test('the links of the page are those of the manifest of krew, and of the archive', () => {
  const manifest = readFileSync(join(root, 'plugin.yaml'), 'utf8')
  const links = (text: string) => [...text.matchAll(/ln -sf (\S+) (\S+)/g)].map(([, to, name]) => `${name} -> ${to}`)
  assert.deepEqual(links(block('krew', 1)), links(manifest))
  assert.deepEqual(
    links(manifest),
    names.slice(1).map((name) => `${name} -> kubectl-proxy_config`),
  )
})
