import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runProgram } from '../run-program.ts'
import { corpus, hasCorpus } from './corpus.ts'

interface Golden {
  readonly file: string
  readonly args: readonly string[]
  readonly exit: number
  readonly stdout?: string
  readonly stderr?: string
}

type Row = Readonly<Record<string, string>>

/** istioctl's headers of each table. */
const headers: Readonly<Record<string, readonly string[]>> = {
  clusters: ['SERVICE FQDN', 'PORT', 'SUBSET', 'DIRECTION', 'TYPE', 'DESTINATION RULE'],
  listeners: ['ADDRESSES', 'PORT', 'MATCH', 'DESTINATION'],
  'listeners --verbose=false': ['ADDRESSES', 'PORT', 'TYPE'],
  routes: ['NAME', 'VHOST NAME', 'DOMAINS', 'MATCH', 'VIRTUAL SERVICE'],
  'routes --verbose=false': ['NAME', 'VIRTUAL HOSTS'],
  endpoints: ['ENDPOINT', 'STATUS', 'OUTLIER CHECK', 'CLUSTER'],
  eds: ['NAME', 'STATUS', 'LOCALITY', 'CLUSTER'],
  secrets: ['RESOURCE NAME', 'TYPE', 'STATUS', 'VALID CERT', 'SERIAL NUMBER', 'NOT AFTER', 'NOT BEFORE'],
  ecds: ['ECDS NAME', 'TYPE'],
}

interface Difference {
  /** Weakness of istioctl in its reference, or the point of the issue that asks for it. */
  readonly reason: string
  explains(theirs: Row, ours: Row, kind: string): boolean
}

const cell = (row: Row, name: string) => row[name] ?? ''
const same = (a: Row, b: Row, ...but: string[]) =>
  Object.keys(a).every((name) => but.includes(name) || a[name] === b[name])

/** Cells that istioctl leaves empty where it reads no certificate. */
const ofCertificate = ['VALID CERT', 'SERIAL NUMBER', 'NOT AFTER', 'NOT BEFORE']

/** When istioctl printed its tables, which say what had expired. */
const now = new Date('2026-11-21T00:00:00Z')

/** Where our row differs from istioctl's on purpose. */
const differences: readonly Difference[] = [
  {
    reason: 'W11: header, query and method conditions are shown after the path',
    explains: (a, b) =>
      same(a, b, 'MATCH', 'VIRTUAL SERVICE') && 'DOMAINS' in a && cell(b, 'MATCH').startsWith(cell(a, 'MATCH')),
  },
  {
    reason: 'W11: the same inside an inline route',
    explains: (a, b) =>
      same(a, b, 'DESTINATION') &&
      cell(a, 'DESTINATION').startsWith('Inline Route:') &&
      isSpread(cell(a, 'DESTINATION'), cell(b, 'DESTINATION')),
  },
  {
    reason: 'W12: a chain that refuses traffic names BlackHoleCluster; weighted TCP clusters are named',
    explains: (a, b) =>
      same(a, b, 'DESTINATION') &&
      ((cell(a, 'DESTINATION') === 'Non-HTTP/Non-TCP' && cell(b, 'DESTINATION') === 'BlackHoleCluster') ||
        (cell(a, 'DESTINATION') === 'Cluster:' && cell(b, 'DESTINATION').startsWith('Cluster: '))),
  },
  {
    reason: 'W12: source criteria and filter_chain_matcher trees are shown',
    explains: (a, b) =>
      same(a, b, 'MATCH') &&
      'ADDRESSES' in a &&
      (cell(a, 'MATCH') === 'ALL' || cell(b, 'MATCH').startsWith(`${cell(a, 'MATCH')}; Source`)),
  },
  {
    reason: 'W13: filters are recognised by their type, not by their name',
    explains: (a, b) =>
      (same(a, b, 'DESTINATION') && cell(a, 'DESTINATION') === 'Non-HTTP/Non-TCP') ||
      (same(a, b, 'TYPE') && 'ADDRESSES' in a && ['HTTP+TCP', 'TCP'].includes(cell(b, 'TYPE'))),
  },
  {
    reason: 'W14: the type of a cluster_type extension is named',
    explains: (a, b) => same(a, b, 'TYPE') && 'SUBSET' in a && cell(a, 'TYPE') === 'STATIC',
  },
  {
    reason: 'Issue, summaries: provenance of other control planes is shown',
    explains: (a, b) =>
      (same(a, b, 'DESTINATION RULE') &&
        cell(a, 'DESTINATION RULE') === '' &&
        cell(b, 'DESTINATION RULE').includes('/')) ||
      (same(a, b, 'VIRTUAL SERVICE') && cell(a, 'VIRTUAL SERVICE') === '' && cell(b, 'VIRTUAL SERVICE').includes('/')),
  },
  {
    reason: 'W15: every health flag is shown, IPv6 in brackets',
    explains: (a, b) =>
      same(a, b, 'STATUS', 'ENDPOINT', 'NAME') &&
      cell(b, 'STATUS').startsWith(cell(a, 'STATUS')) &&
      'CLUSTER' in a &&
      unbracketed(a) === unbracketed(b),
  },
  {
    reason: 'W16: what a secret is, also where istioctl reads no certificate',
    explains: (a, b) => 'SERIAL NUMBER' in a && cell(a, 'TYPE') === '' && same(a, b, 'TYPE', ...ofCertificate),
  },
]

test('every row of istioctl is in our table, cell by cell', async (t) => {
  if (!hasCorpus(t)) return
  const explained = new Map<string, number>()
  const unexplained: string[] = []
  let rows = 0
  for (const { file, args, exit, stdout = '' } of goldens()) {
    if (exit !== 0) continue
    const [, kind = '', ...flags] = args
    const names = headers[flags.includes('--verbose=false') ? `${kind} --verbose=false` : kind]
    if (names === undefined) continue
    const { out, err } = await runProgram([kind, '--file', join(corpus, 'dumps', file), ...flags, '-o', 'table'], {
      now,
    })
    const ours = tableRows(out)
    // istioctl has this column only when every certificate has a SPIFFE ID.
    const extra = stdout.includes('TRUST DOMAIN') ? ['TRUST DOMAIN'] : []
    for (const theirs of tableRows(stdout, [...names, ...extra])) {
      rows++
      const exact = ours.findIndex((own) => same(theirs, own))
      if (exact !== -1) {
        ours.splice(exact, 1)
        continue
      }
      const found = differences.find(({ explains }) => ours.some((own) => explains(theirs, own, kind)))
      const filtered = filterReason(flags, theirs, out)
      const reason = found?.reason ?? filtered
      const line = `${file} ${args.join(' ')}: ${JSON.stringify(theirs)}`
      if (reason === undefined) unexplained.push(`${line}\n  ours: ${JSON.stringify(ours.slice(0, 5))} ${err}`)
      else {
        explained.set(reason, (explained.get(reason) ?? 0) + 1)
        if (process.env.VERBOSE !== undefined) t.diagnostic(`${reason}: ${line}`)
      }
    }
  }
  t.diagnostic(`${rows} rows of istioctl; ${[...explained].map(([reason, count]) => `${count} ${reason}`).join('; ')}`)
  assert.ok(rows > 4500, `only ${rows} rows compared`)
  assert.deepEqual(unexplained, [])
})

test('a dump on which istioctl fails gives a table here, unless it does not hold the section', async (t) => {
  if (!hasCorpus(t)) return
  let tables = 0
  const failures: string[] = []
  for (const { file, args, exit, stderr = '' } of goldens()) {
    const [, kind = '', ...flags] = args
    if (exit === 0 || headers[kind] === undefined) continue
    const { code, out, err } = await runProgram([kind, '--file', join(corpus, 'dumps', file), ...flags])
    if (out !== '') tables++
    else if (
      code === 0
        ? !err.startsWith('No ')
        : !/^error: .* (?:has no \w+ section|is not an Envoy config dump|holds endpoints)/.test(err)
    ) {
      failures.push(`${file} ${args.join(' ')}: ${err} (istioctl: ${stderr})`)
    }
  }
  t.diagnostic(`${tables} tables where istioctl prints none`)
  assert.ok(tables > 0)
  assert.deepEqual(failures, [])
})

/** Why a row that istioctl's filter lets through is not in our table at all. */
function filterReason(flags: readonly string[], theirs: Row, out: string): string | undefined {
  if (out === '' && flags.includes('--type')) return 'W13: filters are recognised by their type, not by their name'
  const [flag, wanted] = flags
  const names: Readonly<Record<string, string>> = { '--direction': 'DIRECTION', '--subset': 'SUBSET' }
  const name = names[flag ?? '']
  return name !== undefined && theirs[name] !== wanted
    ? 'W19: filters test the parsed field, not the whole name'
    : undefined
}

function goldens(): Golden[] {
  return readFileSync(join(corpus, 'istioctl/goldens.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line): Golden => JSON.parse(line))
}

/** Rows of a table by the columns of its header line; with names, only those columns. */
function tableRows(text: string, names?: readonly string[]): Row[] {
  const [header = '', ...lines] = text.split('\n').filter((line) => line !== '')
  const columns = names ?? header.split(/\s{2,}/).filter((name) => name !== '')
  const starts = columns.map((name) => header.indexOf(name))
  return lines.map((line) => {
    const chars = [...line]
    return Object.fromEntries(
      columns.map((name, at) => [
        name,
        chars
          .slice(starts[at], starts[at + 1])
          .join('')
          .trim(),
      ]),
    )
  })
}

/** Whether `long` is `short` with conditions put in. */
function isSpread(short: string, long: string): boolean {
  let at = 0
  for (const part of short.split(/[ ,;]+/)) {
    at = long.indexOf(part, at)
    if (at === -1) return false
  }
  return true
}

function unbracketed(row: Row): string {
  return (row.ENDPOINT ?? row.NAME ?? '').replaceAll(/[[\]]/g, '')
}
