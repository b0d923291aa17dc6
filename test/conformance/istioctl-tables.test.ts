import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runProgram } from '../run-program.ts'
import { corpus, hasCorpus } from './corpus.ts'
import { asIstioctl, headers, inOrder, now, type Row, rowDifferences, tableRows } from './istioctl-rows.ts'

interface Golden {
  readonly file: string
  readonly args: readonly string[]
  readonly exit: number
  readonly stdout?: string
  readonly stderr?: string
}

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
    // Columns that are empty for another control plane's proxy are in `-o wide` alone.
    const { out, err } = await runProgram([kind, '--file', join(corpus, 'dumps', file), ...flags, '-o', 'wide'], {
      now,
    })
    // istioctl has this column only when every certificate has a SPIFFE ID.
    const extra = stdout.includes('TRUST DOMAIN') ? ['TRUST DOMAIN'] : []
    const theirs = tableRows(stdout, [...names, ...extra])
    rows += theirs.length
    const ours = tableRows(out).map((row) => asIstioctl(row, kind))
    if (!inOrder(theirs, ours, kind)) unexplained.push(`${file} ${args.join(' ')}: another order`)
    for (const difference of rowDifferences(theirs, ours, kind)) {
      const reason = difference.reason ?? filterReason(flags, difference.theirs, out)
      const line = `${file} ${args.join(' ')}: ${JSON.stringify(difference.theirs)}`
      if (reason === undefined)
        unexplained.push(`${line}\n  ours: ${JSON.stringify(difference.ours.slice(0, 5))} ${err}`)
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
        ? !/^(?:this dump was made without endpoints: .*\n)?No /.test(err)
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
