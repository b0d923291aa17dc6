import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { commands } from '../../src/commands/index.ts'
import type { Command } from '../../src/contract/command.ts'
import { meshPod, type RunningMesh, startMesh } from '../commands/fake-mesh.ts'
import { writeKubeconfig } from '../commands/fleet/kubeconfig.ts'
import { type Outcome, runProgram, sweepOf } from '../run-program.ts'

// Every command times every way to name proxies: each is the right proxies, or one clear line and nothing on stdout.

/** How a command takes part in the one grammar of docs/targets.md. */
interface Manner {
  /** What stands before the selection, and behind it. */
  readonly words?: readonly string[]
  readonly behind?: readonly string[]
  /** Of TYPE/NAME it reads all pods. */
  readonly every?: true
  /** Where nothing is named it reads the proxies of the namespace. */
  readonly orScope?: true
  /** It is about one proxy. */
  readonly one?: true
  /** It names no proxies at all. */
  readonly none?: true
  /** Fewest proxies that it can say something about. */
  readonly least?: number
  /** Ways that it refuses though it has their flags, and that it answers though they name many. */
  readonly refuses?: readonly string[]
  readonly answers?: readonly string[]
  /** How many proxies it shows where they are not those of the other commands. */
  readonly counts?: Readonly<Record<string, number>>
  /** What could be read is written, and the failure with it, however little that is. */
  readonly neverAllOrNothing?: true
  /** What it is asked for may be answered with no: exit code 1. */
  readonly saysNo?: true
  /** The proxies of an answer; undefined where it does not show them, and `number` where it only counts them. */
  whose?(answer: Outcome): readonly string[] | number | undefined
}

const request = 'http://reviews:9080/'
const offline = ['one file', 'two files', 'a file twice', 'a folder', 'standard input']

const manners: Readonly<Record<string, Manner>> = {
  trace: { behind: [request], one: true, whose: nobody },
  // Beside the log of one proxy, -A and -l say which others are asked about the hosts that fail.
  explain: { words: ['503 UF'], one: true, answers: ['-A', '-A -l', '-A of a capture'], whose: nobody },
  clusters: {},
  listeners: {},
  routes: {},
  filters: {},
  scopes: { whose: nobody },
  endpoints: {},
  eds: {},
  secrets: {},
  ecds: { whose: nobody },
  bootstrap: {},
  status: {
    refuses: ['several POD', 'TYPE/NAME and POD', 'a POD by two words', 'POD in contexts', 'a folder'],
    // Without -n it is about the mesh.
    counts: { '-l': 3 },
    whose: rowCount,
  },
  all: {},
  certs: { every: true, orScope: true },
  'rootca-compare': { every: true, least: 2, saysNo: true, whose: peers },
  authz: { every: true, whose: nobody },
  diff: {
    every: true,
    least: 2,
    saysNo: true,
    refuses: ['-A', '-A -l'],
    answers: ['a file twice'],
    whose: nobody,
  },
  watch: { words: ['--for', '1ms', '--interval', '100ms'], every: true, orScope: true, whose: told(/Watching (\d+)/) },
  wait: { words: ['--for', `route-to=none:${request}`, '--timeout', '0s'], every: true, orScope: true, saysNo: true },
  lint: { every: true, orScope: true, saysNo: true, whose: told(/rules checked in (\d+) prox/) },
  describe: { words: ['pod'], one: true, whose: nobody },
  info: {},
  stats: { every: true, refuses: offline },
  log: { every: true },
  ztunnel: { words: ['all'], none: true },
  capture: { words: ['--to', 'FRESH'], every: true, orScope: true, neverAllOrNothing: true, whose: captured },
  query: { words: ['SELECT proxy FROM proxies'], every: true, orScope: true, whose: proxies },
  export: { words: ['--dir', 'FRESH'], every: true, orScope: true, whose: exported },
  report: { every: true, orScope: true, neverAllOrNothing: true, whose: nobody },
  schema: { none: true },
  completion: { none: true },
  options: { none: true },
}

function rowsOf({ out }: Outcome): Record<string, unknown>[] {
  return out.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))
}
function proxies(answer: Outcome): string[] {
  return rowsOf(answer).map(({ proxy }) => String(proxy))
}
function peers(answer: Outcome): string[] {
  return rowsOf(answer).flatMap(({ proxy, peer }) => [String(proxy), String(peer)])
}
function captured(answer: Outcome): number {
  return rowsOf(answer).filter(({ content }) => content === 'proxy').length
}
function exported(answer: Outcome): number {
  return rowsOf(answer).reduce((sum, { table, rows }) => sum + (table === 'proxies' ? Number(rows) : 0), 0)
}
function rowCount(answer: Outcome): number {
  return rowsOf(answer).length
}
function nobody(): undefined {
  return undefined
}
function told(count: RegExp): (answer: Outcome) => number {
  return ({ err }) => Number(count.exec(err)?.[1])
}

/** A way to name proxies. */
interface Way {
  readonly name: string
  readonly argv: readonly string[]
  /** Flags of the command that it takes. */
  readonly flags?: readonly string[]
  /** Whose answer it is. */
  readonly of: readonly string[]
  /** The same where all pods of a TYPE/NAME are meant. */
  readonly ofEvery?: readonly string[]
  /** Something could not be read. */
  readonly partial?: true
  readonly stdin?: string
}

const dump = readFileSync(new URL('../fixtures/sidecar/config_dump.json', import.meta.url), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'law-of-selection-'))
const [a, b, dumps, capture, kubeconfig] = ['a.json', 'b.json', 'dumps', 'mesh.zip', 'kubeconfig'].map((name) =>
  join(folder, name),
) as [string, string, string, string, string]
const both = ['web-1.default', 'web-2.default']
const all = [...both, 'web-1.shop']

let endpoint = ''
const ways = (): readonly Way[] => [
  { name: 'POD', argv: ['web-1'], of: ['web-1.default'] },
  { name: 'POD.NAMESPACE', argv: ['web-1.shop'], of: ['web-1.shop'] },
  { name: 'TYPE/NAME', argv: ['deploy/web'], of: ['web-1.default'], ofEvery: both },
  { name: 'several POD', argv: ['web-2', 'web-1.shop'], of: ['web-2.default', 'web-1.shop'] },
  {
    name: 'TYPE/NAME and POD',
    argv: ['deploy/web', 'web-1.shop'],
    of: ['web-1.default', 'web-1.shop'],
    ofEvery: all,
  },
  { name: 'a POD by two words', argv: ['web-1', 'pod/web-1.default'], of: ['web-1.default'] },
  { name: '--all-pods', argv: ['--all-pods'], flags: ['all-pods'], of: both },
  { name: '--all-pods -n', argv: ['--all-pods', '-n', 'shop'], flags: ['all-pods'], of: ['web-1.shop'] },
  { name: '-l', argv: ['-l', 'app=web'], flags: ['selector'], of: both },
  { name: '-A', argv: ['-A'], flags: ['all-namespaces'], of: all },
  { name: '-A -l', argv: ['-A', '-l', 'app=web'], flags: ['all-namespaces', 'selector'], of: all },
  {
    name: 'POD in contexts',
    argv: ['web-1', '--contexts', 'one,two'],
    flags: ['contexts'],
    of: ['one/web-1.default', 'two/web-1.default'],
  },
  {
    name: '-A in contexts, one of which cannot be reached',
    argv: ['-A', '--contexts', 'two,gone'],
    flags: ['contexts', 'all-namespaces'],
    of: ['two/web-1.default', 'two/web-1.shop'],
    partial: true,
  },
  { name: 'one file', argv: ['--file', a], flags: ['file'], of: [a] },
  { name: 'two files', argv: ['--file', a, '--file', b], flags: ['file'], of: [a, b] },
  { name: 'a file twice', argv: ['--file', a, '--file', a], flags: ['file'], of: [a] },
  {
    name: 'a folder',
    argv: ['--file', dumps],
    flags: ['file'],
    of: ['x', 'y'].map((name) => join(dumps, name, 'config_dump.json')),
  },
  { name: 'standard input', argv: ['--file', '-'], flags: ['file'], of: ['standard input'], stdin: dump },
  { name: 'an endpoint', argv: ['--url', endpoint], flags: ['url'], of: [endpoint] },
  { name: 'POD of a capture', argv: ['web-2', '--capture', capture], flags: ['capture'], of: ['web-2.default'] },
  { name: '-A of a capture', argv: ['-A', '--capture', capture], flags: ['capture', 'all-namespaces'], of: all },
]

/** What names too much or too little, and is refused by every command that has the flags. */
const refused: readonly Omit<Way, 'of'>[] = [
  { name: '-A and --file', argv: ['-A', '--file', a], flags: ['all-namespaces', 'file'] },
  { name: '--capture and --file', argv: ['--capture', capture, '--file', a], flags: ['capture', 'file'] },
  {
    name: '--contexts and --capture',
    argv: ['--contexts', 'one', '--capture', capture],
    flags: ['contexts', 'capture'],
  },
  {
    name: '--contexts and --context',
    argv: ['-A', '--contexts', 'one', '--context', 'two'],
    flags: ['contexts', 'all-namespaces'],
  },
  { name: 'a file that is not there', argv: ['--file', join(folder, 'absent.json')], flags: ['file'] },
  { name: 'a pod that is not there', argv: ['absent'] },
]

let one: RunningMesh
let two: RunningMesh
let server: Server
before(async () => {
  const page = (name: string) => readFileSync(new URL(`../fixtures/sidecar/${name}.json`, import.meta.url), 'utf8')
  const pages = ['config_dump', 'clusters', 'certs', 'server_info', 'listeners', 'init_dump', 'stats']
  const content = new Map([
    ...pages.map((name) => [name, page(name)] as const),
    ['logging', 'active loggers:\n  admin: info\n'],
    ['memory', '{}'],
  ])
  const web = { labels: { app: 'web' } }
  const pods = [meshPod('web-1', 'default', web), meshPod('web-2', 'default', web), meshPod('web-1', 'shop', web)]
  const answer = (_pod: string, port: number, path: string) =>
    port === 15_000 ? content.get(path.split('?')[0] ?? '') : undefined
  const deployment = { metadata: { name: 'web' }, spec: { selector: { matchLabels: { app: 'web' } } } }
  const object = (path: string) => (path.endsWith('/namespaces/default/deployments/web') ? deployment : undefined)
  one = await startMesh({ pods, answer, object })
  two = await startMesh({ pods: [pods[0], pods[2]].flatMap((pod) => pod ?? []), answer, object })
  const gone = { url: 'https://127.0.0.1:1', caFile: one.api.caFile }
  writeKubeconfig(kubeconfig, { one: one.api, two: two.api, gone })
  const config = JSON.parse(readFileSync(kubeconfig, 'utf8'))
  writeFileSync(kubeconfig, JSON.stringify({ ...config, 'current-context': 'one' }))
  for (const file of [a, b]) writeFileSync(file, dump)
  for (const name of ['x', 'y']) {
    mkdirSync(join(dumps, name), { recursive: true })
    writeFileSync(join(dumps, name, 'config_dump.json'), dump)
  }
  server = createServer((request, response) => {
    const found = content.get((request.url ?? '').slice(1).split('?')[0] ?? '')
    response.writeHead(found === undefined ? 404 : 200).end(found)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  assert.equal((await run(['capture', '-A', '--to', capture])).code, 0)
})
after(async () => {
  server.closeAllConnections()
  server.close()
  await Promise.all([one.close(), two.close()])
  rmSync(folder, { recursive: true })
})

function run(argv: readonly string[], stdin?: string): Promise<Outcome> {
  return runProgram(argv, { env: { KUBECONFIG: kubeconfig }, ...(stdin === undefined ? {} : { stdin }) })
}

let fresh = 0

function wordsFor(command: Command, { words = [], behind = [] }: Manner, way: Pick<Way, 'argv'>): string[] {
  fresh += 1
  const own = words.map((word) => (word === 'FRESH' ? join(folder, `fresh-${fresh}`) : word))
  const formats =
    command.name === 'report' || command.options.every(({ name }) => name !== 'output') ? [] : ['-o', 'jsonl']
  return [command.name, ...own, ...way.argv, ...behind, ...formats]
}

function assertRefused({ code, out, err }: Outcome, what: string): void {
  assert.notEqual(code, 0, what)
  assert.equal(out, '', what)
  assert.match(err, /^(?:error: |Error from server|The connection to the server)/m, what)
  assert.doesNotMatch(err, /^internal error|^ {4}at /m, what)
}

function assertAnswered(answer: Outcome, way: Way, manner: Manner, what: string): void {
  const { code, err } = answer
  const expected = manner.every === true ? (way.ofEvery ?? way.of) : way.of
  const codes = way.partial ? [1, 2] : manner.saysNo ? [0, 1] : [0]
  assert.ok(codes.includes(code), `${what}: ${code}: ${err}`)
  if (!way.partial) assert.doesNotMatch(err, /^(?:error|internal error)/m, what)
  const found = (manner.whose ?? proxies)(answer)
  if (found === undefined) return
  if (typeof found === 'number') assert.equal(found, manner.counts?.[way.name] ?? expected.length, `${what}: ${err}`)
  else assert.deepEqual([...new Set(found)].toSorted(), expected.toSorted(), what)
}

test('every command has its place in the grammar of selection', () => {
  assert.deepEqual(Object.keys(manners).toSorted(), commands.map(({ name }) => name).toSorted())
})

for (const command of sweepOf(commands)) {
  const manner = manners[command.name] ?? {}
  if (manner.none) continue
  const has = ({ flags = [] }: Pick<Way, 'flags'>) =>
    flags.every((flag) => command.options.some(({ name }) => name === flag))

  test(`${command.name}: each way to name proxies is answered for those, or refused in one line`, async () => {
    for (const way of ways()) {
      const what = `${command.name} ${way.name}`
      const answer = await run(wordsFor(command, manner, way), way.stdin)
      const isTooMany = manner.one === true && (way.of.length > 1 || way.name === 'a POD by two words')
      const count = (manner.every === true ? (way.ofEvery ?? way.of) : way.of).length
      const isRefused =
        manner.answers?.includes(way.name) !== true &&
        (!has(way) || isTooMany || count < (manner.least ?? 1) || manner.refuses?.includes(way.name))
      if (isRefused) assertRefused(answer, what)
      else assertAnswered(answer, way, manner, what)
    }
  })

  test(`${command.name}: what names nothing, too much, or what is not there, is refused in one line`, async () => {
    for (const way of refused) {
      if (!has(way) || (manner.neverAllOrNothing && way.name === 'a file that is not there')) continue
      assertRefused(await run(wordsFor(command, manner, way)), `${command.name} ${way.name}`)
    }
    const nothing: Way = { name: 'nothing', argv: [], of: both }
    const answer = await run(wordsFor(command, manner, nothing))
    if (manner.orScope) assertAnswered(answer, nothing, manner, `${command.name} with nothing`)
    else if (command.name !== 'status' && command.name !== 'explain')
      assertRefused(answer, `${command.name} with nothing`)
  })
}

for (const command of sweepOf(commands)) {
  const manner = manners[command.name] ?? {}
  if (manner.none || manner.one || manner.whose !== undefined) continue
  test(`${command.name}: of several proxies every format says whose a row is`, async () => {
    const way = { argv: ['web-2', 'web-1.shop'] }
    for (const [format, shape] of [
      ['table', /^PROXY {3}/],
      ['wide', /^PROXY {3}/],
      ['csv', /^proxy,/],
      // The condition of wait and the state of status are of the proxy itself.
      ['name', /^(?:proxy\/)?web-2\.default/],
      ['json', /^[[{]/],
      ['yaml', /^(?:web-2\.default:|- )/],
    ] as const) {
      if (command.withoutFormats?.includes(format)) continue
      const words = [...wordsFor(command, manner, way).slice(0, -1), format]
      const { out, err } = await run(words)
      const what = `${command.name} -o ${format}`
      assert.match(out.replaceAll(/^PROXY +/gm, 'PROXY   '), shape, `${what}: ${err}`)
      for (const proxy of ['web-2.default', 'web-1.shop']) assert.ok(out.includes(proxy), `${what} has ${proxy}`)
      if (['table', 'csv', 'name'].includes(format) && command.name !== 'all')
        for (const line of out
          .trim()
          .split(/\r?\n/)
          .slice(format === 'name' ? 0 : 1))
          assert.match(line, /^(?:proxy\/)?(?:web-2\.default|web-1\.shop)/, what)
    }
  })
}
