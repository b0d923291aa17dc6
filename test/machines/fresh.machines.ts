import assert from 'node:assert/strict'
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { cpSync, existsSync, globSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { mirror } from '../package/debian-packages.ts'
import { type Machine, makeMachine, minimalDebian, root, runInRoot, runThere } from './machine.ts'

// The project on machines that have never seen it: `npm run test:machines`, as root, on Linux x64. Minutes; the first time more.

/** Versions of Node, each with an npm that it came with. */
const pairs = [
  { node: '20.3.0', npm: '9.6.4' },
  { node: '20.20.2', npm: '10.8.2' },
  { node: '22.22.3', npm: '10.9.4' },
  { node: '24.0.0', npm: '11.0.0' },
  { node: '24.13.0', npm: '11.6.0' },
]

const capable = process.platform === 'linux' && process.arch === 'x64' && process.getuid?.() === 0
const skip = capable ? false : 'this needs Linux x64 and root'
const [oldest = { node: '', npm: '' }] = pairs
const machines: Machine[] = []
const folders: string[] = []
after(() => {
  for (const folder of [...machines.map((machine) => join(machine.folder, '..')), ...folders])
    rmSync(folder, { recursive: true })
})

function machine({ node, npm }: { node: string; npm: string }): Machine {
  const made = makeMachine(node, npm)
  machines.push(made)
  return made
}

function worked({ error, status, stdout, stderr }: SpawnSyncReturns<string>, expected: RegExp): void {
  assert.deepEqual({ error, status }, { error: undefined, status: 0 }, stderr + stdout)
  assert.match(stdout, expected)
}

const clusters = /^SERVICE FQDN .*(?:\n.*)*\nreviews\.default\.svc\.cluster\.local/m

/** Leaves the test files of test/cli, which start the program in each of the ways there are: `npm test` as a whole is a step of CI. */
function leaveFewTests({ project }: Machine): void {
  for (const file of globSync('test/**/*.test.ts', { cwd: project })) {
    if (!file.startsWith(join('test', 'cli'))) rmSync(join(project, file))
  }
}

for (const pair of pairs) {
  test(`Node ${pair.node} with npm ${pair.npm}: npm start`, { skip }, () => {
    worked(runThere(machine(pair), ['npm', 'start']), clusters)
  })
}

test('after that, read-only and without a network: npm start, npm test, one test file', { skip }, () => {
  const [first] = machines
  assert.ok(first !== undefined)
  leaveFewTests(first)
  assert.equal(spawnSync('chmod', ['-R', 'a-w', first.project]).status, 0)
  worked(runThere(first, ['npm', 'start'], { network: 'none' }), clusters)
  worked(runThere(first, ['npm', 'test'], { network: 'none' }), /^ℹ fail 0$/m)
  worked(
    runThere(first, ['npm', 'run', 'node', '--', '--test', 'test/cli/help.test.ts'], { network: 'none' }),
    /^ℹ fail 0$/m,
  )
})

for (const network of ['none', 'silent'] as const) {
  test(`no network (${network}) at first: one line that says so, within 30 s`, { skip }, () => {
    const { error, status, stdout, stderr } = runThere(machine(oldest), ['npm', 'start'], { network, limit: 30_000 })
    assert.equal(error, undefined, `it did not end in 30 s: ${stderr}`)
    assert.notEqual(status, 0)
    assert.match(stderr, /^error: cannot install the dependencies: the npm registry does not answer \(.+\)\. .+$/m)
    assert.doesNotMatch(stdout + stderr, /^ {4}at /m)
  })
}

for (const release of ['bookworm', 'trixie']) {
  test(`the smallest system of Debian ${release}: the packaged program, and npm start from source`, { skip }, () => {
    const [first] = machines
    assert.ok(first !== undefined)
    const system = minimalDebian(release, mirror())
    folders.push(system)
    assert.equal(existsSync(join(system, 'usr/lib/x86_64-linux-gnu/libatomic.so.1')), false)
    const executable = join(root, 'dist/linux_amd64/kubectl-proxy_config')
    assert.ok(existsSync(executable), 'run "npm run package -- --target host" first')
    cpSync(executable, join(system, 'usr/bin/kubectl-proxy_config'))
    const dump = 'test/fixtures/sidecar/config_dump.json'
    const packaged = runInRoot(system, first, ['kubectl-proxy_config', 'clusters', '--file', dump])
    worked(packaged, clusters)
    const fromPipe = ['sh', '-c', `gzip -c ${dump} | kubectl-proxy_config clusters --file -`]
    assert.equal(runInRoot(system, first, fromPipe).stdout, packaged.stdout)
    worked(runInRoot(system, first, ['npm', 'start']), clusters)
  })
}
