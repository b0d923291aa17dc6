import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lintFindings } from '../../src/lint/analysis/lint-findings.ts'
import type { RawFinding } from '../../src/lint/run/finding.ts'
import { argsOf } from '../analyses/args-of.ts'

const found: RawFinding = {
  rule: 'admin-exposed',
  severity: 'warning',
  resource: 'bootstrap',
  path: '',
  object: '',
  reach: 'unknown',
  message: 'the admin interface listens on 0.0.0.0:9901',
  cause: 'admin',
  words: '',
}

async function answered(
  words: readonly string[],
  more: { exclusions?: readonly { rule: string }[]; baseline?: object } = {},
) {
  const options = lintFindings.options(await argsOf('lint', ...words))
  const document = JSON.parse(JSON.stringify(more.baseline ?? []))
  const gathered = {
    proxies: [
      { proxy: 'a.shop', findings: [found], silent: [] },
      { proxy: 'b.shop', findings: [found], silent: [] },
    ],
    fleet: { found: [], silent: [] },
    exclusions: more.exclusions ?? [],
    baseline: more.baseline === undefined ? undefined : { file: 'before.json', document },
    many: true,
  }
  const answer = lintFindings.reduce(gathered, options)
  return { answer, fails: lintFindings.fails?.(answer, options), view: lintFindings.view(answer, options) }
}

test('one cause in two proxies is one finding, which fails by its severity', async () => {
  const { answer, fails, view } = await answered(['--profile', 'all'])
  assert.deepEqual(
    answer.findings.map(({ rule, proxies }) => [rule, proxies]),
    [['admin-exposed', ['a.shop', 'b.shop']]],
  )
  assert.deepEqual([fails, view.rows.length], [true, 1])
  assert.match(String(view.notes.at(-1)), /^1 warning; \d+ rules checked in 2 proxies\.$/)
  assert.equal((await answered(['--profile', 'all', '--fail-on', 'error'])).fails, false)
  assert.equal((await answered(['--profile', 'all', '--fail-on', 'never'])).fails, false)
})

test('what is excluded, on the command line or in a file, or was known before, is no finding', async () => {
  const all = ['--profile', 'all']
  const { answer } = await answered(all)
  for (const one of [
    await answered([...all, '--exclude', 'admin-exposed']),
    await answered(all, { exclusions: [{ rule: 'admin-exposed' }] }),
    await answered(all, { baseline: answer.findings }),
  ]) {
    assert.deepEqual([one.answer.findings, one.fails], [[], false])
    assert.match(one.view.empty, /^No findings: \d+ rules checked in 2 proxies\.$/)
  }
})
