import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

/**
 * What a command line loads, counted: the same on every machine, unlike the time it takes. A limit is raised only together with
 * the reason; most often the answer is an `import()` where the module is used.
 */
const root = join(import.meta.dirname, '../..')
const dump = 'test/fixtures/sidecar/config_dump.json'
const tables = ['string-width', 'strip-ansi', 'ansi-regex', 'get-east-asian-width', 'emoji-regex']
const yargs = ['yargs', 'yargs-parser', 'cliui', 'wrap-ansi', 'ansi-styles', 'escalade', 'y18n', 'get-caller-file']

interface Loaded {
  readonly url: string
  readonly bytes: number
}

function loadedBy(args: readonly string[]): Loaded[] {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-config-start-'))
  const file = join(folder, 'loaded.json')
  try {
    execFileSync(process.execPath, ['--import', './test/startup/loaded-modules.mjs', 'src/main.ts', ...args], {
      cwd: root,
      env: { ...process.env, LOADED_MODULES: file },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    return JSON.parse(readFileSync(file, 'utf8'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function packagesOf(loaded: readonly Loaded[]): string[] {
  const names = loaded.map(({ url }) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1])
  return [...new Set(names.filter((name) => name !== undefined))].toSorted()
}

for (const { args, packages, most } of [
  // 345,000 until there were query and export, two more commands as data, -o parquet, and --contexts of proxy-status.
  // 352,000 until there was report, one more command as data.
  // 354,500 until query and export had --profile.
  // 355,900 until trace and diff had the format html.
  // 356,500 until --address took ranges and IPv6 in any spelling, and --domain wildcards: what a fleet is asked in an outage.
  // 356,900 until credentials were known as command lines, code and texts within texts spell them: loading redact-text takes the same time
  // (medians of nine 0.35 s with them, 0.36 s without, on a busy machine), for expressions are compiled at their first use.
  { args: ['--help'], packages: [], most: { modules: 145, bytes: 363_300 } },
  { args: ['clusters', '--help'], packages: [], most: { modules: 145, bytes: 363_300 } },
  // 480,000 until formats took templates: what stands behind -o is read, and what a document is about is said, before one is known.
  // 490,000 until there were captures: one more command as data, and a flag that every command has.
  // 500,000 until there were lint and explain, two more commands as data, and dumps of CSDS were read.
  // 505,000 until names of Kuma's and Cilium's resources told the object that they come from.
  // 507,000 until there were diff, watch and wait: three more commands as data.
  // 512,000 until there was --traffic: two more flags as data, and what asks for it.
  // 514,000 until tables of state had --watch: its flags as data, and widths of rows that were printed before.
  // 515,000 until TAB completed the rules, profiles and words of lint.
  // 516,500 until there were query and export: two more commands as data.
  // 521,500 until there was report: one more command as data, in a module of its own.
  // 524,500 until expressions with \p and the names of sensitive fields were made at their first use: 400 bytes for 1 ms.
  // 525,000 until files were held only while they are read (400 MB less for a query over 200 of 3 MB), and query and export had --profile.
  // 526,800 until trace and diff had the format html: its name, the refusal at a terminal and two examples of the help.
  // 527,400 until the lines of a table held nothing of their dump (10 % less CPU and 45 MB less for 100 MB), and could be printed before.
  // 528,800 until --address took ranges and --domain wildcards.
  // 529,300 until credentials were known as they are spelled elsewhere, as above.
  // 534,800 until cells that repeat were searched for secrets once, and entries collected when asked for: 25 ms less for 345,000 cells.
  // 535,700 until tar archives from before POSIX were known by the sum of their header.
  { args: ['clusters', '--file', dump], packages: [...tables, ...yargs], most: { modules: 192, bytes: 536_700 } },
]) {
  test(`${args.join(' ')} loads no more than it needs`, (t) => {
    const loaded = loadedBy(args)
    const own = loaded.filter(({ url }) => !url.includes('/node_modules/'))
    const bytes = own.reduce((sum, module) => sum + module.bytes, 0)
    t.diagnostic(`${own.length} modules of ours, ${bytes} bytes of source; ${loaded.length - own.length} of packages`)
    assert.ok(own.length > 20 && own.length <= most.modules, `${own.length} modules`)
    assert.ok(bytes <= most.bytes, `${bytes} bytes`)
    assert.deepEqual(
      packagesOf(loaded).filter((name) => !packages.includes(name)),
      [],
      'packages that it does not need',
    )
  })
}

test('what prints an answer is loaded while the API server is waited for', async () => {
  // It accepts the connection and never answers.
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const folder = mkdtempSync(join(tmpdir(), 'proxy-config-start-'))
  const file = join(folder, 'loaded.json')
  const { port } = server.address() as AddressInfo
  const args = ['clusters', 'web', '--server', `http://127.0.0.1:${port}`, '--request-timeout', '1s']
  try {
    const child = spawn(process.execPath, ['--import', './test/startup/loaded-modules.mjs', 'src/main.ts', ...args], {
      cwd: root,
      env: { ...process.env, LOADED_MODULES: file, KUBECONFIG: '', HOME: folder },
      stdio: 'ignore',
    })
    await once(child, 'close')
    assert.equal(child.exitCode, 1)
    const loaded = JSON.parse(readFileSync(file, 'utf8')) as Loaded[]
    assert.ok(loaded.some(({ url }) => url.endsWith('/src/cli/run/render-view.ts')))
  } finally {
    server.close()
    rmSync(folder, { recursive: true })
  }
})
