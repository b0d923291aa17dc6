import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { unpackDebian } from '../test/package/debian-packages.ts'
import { dist } from './bundle/build.ts'
import { binaryName, isHost, targetName, targets } from './package/targets.ts'

/**
 * `npm run test:executable [-- --smoke] [EXECUTABLE]`: the tests that run the program by its command line, with an executable in
 * place of the sources; the one in dist unless another is named. `--smoke`: those of them that need no clock of their own; only they
 * can run outside of Linux. The others need libfaketime: the system's, or the one of a Debian mirror.
 */
const root = join(import.meta.dirname, '..')
const { values, positionals } = parseArgs({ options: { smoke: { type: 'boolean' } }, allowPositionals: true })
const host = targets.find(isHost)
const built = host && join(root, dist, targetName(host), binaryName(host))
const executable = resolve(positionals[0] ?? built ?? '')
if (!existsSync(executable) || !statSync(executable).isFile())
  throw new Error(`${executable} is missing: run "npm run package -- --target host" first`)

const small = values.smoke === true || process.platform !== 'linux'
const smoke = ['test/cli/help.test.ts', 'test/cli/flags.test.ts', 'test/cli/process.test.ts']
const work = mkdtempSync(join(tmpdir(), 'test-executable-'))
try {
  const starts = join(work, 'starts')
  const environment = { PROXY_CONFIG_EXECUTABLE: executable, PROXY_CONFIG_STARTS: starts }
  const files = small ? smoke : filesOfCommandLines()
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/pinned.mjs'), '--test', ...files], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment, ...(small ? {} : { PROXY_CONFIG_CLOCK: faketime() }) },
  })
  const count = existsSync(starts) ? statSync(starts).size : 0
  if (small) console.log('NOT RUN: the tests of command lines that need a clock of their own (libfaketime)')
  console.log(`${executable} was started ${count} times by ${files.length} test files`)
  process.exitCode = count === 0 ? 1 : (status ?? 1)
} finally {
  rmSync(work, { recursive: true })
}

/** The test files that import `test/run-program.ts`, directly or through others of the tests. */
function filesOfCommandLines(): string[] {
  const reaches = new Map<string, boolean>()
  const find = (file: string): boolean => {
    const known = reaches.get(file)
    if (known !== undefined) return known
    reaches.set(file, file === join(root, 'test/run-program.ts'))
    const imports = [...readFileSync(file, 'utf8').matchAll(/ from '(\.[^']+\.ts)'/g)].map(([, path = '']) =>
      resolve(dirname(file), path),
    )
    const found = reaches.get(file) === true || imports.some((path) => path.includes(join(root, 'test')) && find(path))
    reaches.set(file, found)
    return found
  }
  return globSync('test/**/*.test.ts', { cwd: root }).filter((file) => find(join(root, file)))
}

/** The path of libfaketime: the system's own, else one that is fetched. */
function faketime(): string {
  const pattern = 'usr/lib/*/faketime/libfaketime.so.1'
  const [system] = globSync(pattern, { cwd: '/' })
  if (system !== undefined) return join('/', system)
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
  // This machine's own libc loads it, so it must not need a newer one.
  unpackDebian(work, { [architecture]: ['libfaketime'] }, 'bookworm')
  const [fetched] = globSync(pattern, { cwd: join(work, architecture) })
  if (fetched === undefined) throw new Error('the package libfaketime has no libfaketime.so.1')
  return join(work, architecture, fetched)
}
