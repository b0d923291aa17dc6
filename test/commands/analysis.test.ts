import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseArgs } from '../../src/cli/arguments/parse-args.ts'
import { createContext } from '../../src/cli/run/context.ts'
import { commandOf } from '../../src/commands/analysis/command-of.ts'
import type { Analysis, AnalysisCommand, AnyAnalysis } from '../../src/contract/analysis.ts'
import type { IO } from '../../src/contract/io.ts'
import { withKubectlOptions } from '../../src/contract/kubectl-options.ts'
import { wantedFormat } from '../../src/contract/output-options.ts'
import { clusters } from '../../src/resources/clusters.ts'
import { runProgram } from '../run-program.ts'

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}/config_dump.json`, import.meta.url))

interface Count {
  readonly proxy: string
  readonly clusters: number
}

/** An analysis that is nothing but its description: how many clusters each proxy has. */
const counting: Analysis<{ readonly max: number }, number, readonly Count[]> = {
  needs: { about: clusters, whole: true, proxies: 2 },
  schema: {
    name: 'count',
    title: 'How many clusters a proxy has',
    kind: 'count',
    columns: [[{ header: 'CLUSTERS', key: 'clusters', types: ['number'] }]],
  },
  options: (args) => ({ max: args.number('max') ?? Number.POSITIVE_INFINITY }),
  facts({ dump }) {
    events.push('read')
    return dump.entries('clusters').length
  },
  notes: (count) => (count > 20 ? ['that is many'] : []),
  reduce: (proxies) => proxies.flatMap((each) => ('facts' in each ? [{ proxy: each.name, clusters: each.facts }] : [])),
  rows: (counts) => counts.map(({ proxy, clusters }) => ({ name: proxy, proxy, cells: [clusters] })),
  empty: () => 'No proxies.',
  fails: (counts, { max }) => counts.some(({ clusters }) => clusters > max),
}

const described: AnalysisCommand = {
  name: 'count',
  aliases: [],
  summary: 'How many clusters proxies have',
  synopsis: 'POD POD...',
  examples: [],
  options: [{ name: 'max', type: 'number', describe: 'Exit with 1 when a proxy has more' }],
  load: async () => counting,
}

/** What happened, in its order. */
let events: string[] = []

const run = (...argv: string[]) => runOf(described, ...argv)

async function runOf(analysis: AnalysisCommand, ...argv: string[]) {
  const command = commandOf(analysis)
  const args = await parseArgs(argv, withKubectlOptions(command.options), command.positionals.max)
  const [out, err]: string[][] = [[], []]
  const io: IO = {
    env: {},
    cwd: '/',
    invokedAs: 'kubectl-proxy_config',
    stdin: () => assert.fail('nothing is read from standard input'),
    stdinIsTTY: true,
    stderrIsTTY: false,
    stdoutColumns: undefined,
    async write(text) {
      events.push('written')
      out?.push(String(text))
      return true
    },
    warn: (text) => void err?.push(text),
    now: () => new Date('2026-01-01T00:00:00Z'),
    pageTemplate: () => assert.fail('no page is written'),
    self: ['none'],
    signal: new AbortController().signal,
  }
  const go = await command.load()
  const code = await go(
    args,
    createContext(command, args, io, {
      format: wantedFormat(args.string('output'), command),
      incomplete: () => undefined,
    }),
  )
  return { code, out: out?.join(''), err: err?.join('') }
}

const both = ['--file', fixture('sidecar'), '--file', fixture('gateway')]

test('an analysis that is only described has a command: rows by proxy, formats, notes, an exit code', async () => {
  const table = await run(...both)
  assert.equal(table.code, 0)
  assert.match(table.out ?? '', /^PROXY +CLUSTERS\n\S+sidecar\S+ +30\n\S+gateway\S+ +\d+\n$/)
  assert.match(table.err ?? '', /sidecar\S+: that is many\n/)
  const json = JSON.parse((await run(...both, '-o', 'json')).out ?? '')
  assert.deepEqual(
    json.map(({ proxy, clusters }: Count) => [proxy, typeof clusters]),
    [
      [fixture('sidecar'), 'number'],
      [fixture('gateway'), 'number'],
    ],
  )
  assert.equal((await run(...both, '--max', '1')).code, 1)
})

test('it names what it needs: fewer proxies, or a part of a dump without the section, are errors', async () => {
  await assert.rejects(run('--file', fixture('sidecar')), /count needs two proxies or more/)
  await assert.rejects(run(), /count needs a POD, TYPE\/NAME, --selector, -A, --all-pods, --capture, --url or --file/)
})

test('a proxy that cannot be read leaves the others, and exit code 1', async () => {
  const { code, out, err } = await run(...both, '--file', '/does/not/exist')
  assert.equal(code, 1)
  assert.equal(out?.trim().split('\n').length, 3)
  assert.match(err ?? '', /^error: the path "\/does\/not\/exist" does not exist$/m)
})

test('rows that are apart are printed as they come, to programs, and are the same', async () => {
  const apart: AnalysisCommand = { ...described, load: async () => ({ ...counting, apart: true }) as AnyAnalysis }
  for (const more of [[], ['--max', '1'], ['--file', '/does/not/exist']])
    for (const format of ['jsonl', 'csv']) {
      const together = await run(...both, ...more, '-o', format)
      const streamed = await runOf(apart, ...both, ...more, '-o', format)
      assert.deepEqual([streamed.code, streamed.out], [together.code, together.out])
      assert.deepEqual(streamed.err?.split('\n').toSorted(), together.err?.split('\n').toSorted())
    }
  const orderOf = async (...argv: string[]) => {
    events = []
    const { out } = await runOf(apart, ...both, '--concurrency', '1', ...argv)
    assert.equal(out, (await run(...both, ...argv)).out)
    return events.slice(0, 3).join()
  }
  assert.equal(await orderOf('-o', 'jsonl'), 'read,written,read')
  for (const way of [[], ['-o', 'json'], ['-o', 'jsonl', '--sort-by', 'CLUSTERS']])
    assert.equal(await orderOf(...way), 'read,read,written', way.join(' '))
})

test('policies of many proxies are printed as they come', async () => {
  const files = ['authz', 'sidecar', 'gateway'].flatMap((name) => ['--file', fixture(name)])
  for (const argv of [['authz'], ['authz', '--request', 'GET /', '--port', '9080']])
    for (const format of ['jsonl', 'csv']) {
      const streamed = await runProgram([...argv, ...files, '-o', format])
      const sorted = await runProgram([...argv, ...files, '-o', format, '--sort-by', 'proxy'])
      const lines = (text: string) => text.split('\n').toSorted()
      assert.deepEqual([streamed.code, lines(streamed.out)], [sorted.code, lines(sorted.out)])
      assert.ok(streamed.out.includes('/authz/'))
    }
  const none = await runProgram(['authz', '--file', fixture('sidecar'), '--file', fixture('sidecar'), '-o', 'jsonl'])
  assert.deepEqual([none.code, none.out, none.err], [0, '', 'No authorization policies found.\n'])
})

test('a document of rows says whose each is, also of one proxy; its table does not', async () => {
  const file = fixture('sidecar')
  for (const format of ['json', 'raw', 'jsonl']) {
    const { out } = await runProgram(['certs', '--file', file, '-o', format])
    assert.match(out, /"proxy": ?"[^"]*sidecar\/config_dump.json"/, format)
  }
  assert.doesNotMatch((await runProgram(['certs', '--file', file])).out, /PROXY/)
})
