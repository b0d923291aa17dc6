import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isObject } from '../../../src/envoy/json.ts'
import { allRules } from '../../../src/lint/rules/index.ts'
import { changed, dumpOfSections } from '../../lint/case-proxy.ts'
import { runProgram } from '../../run-program.ts'

const healthy = JSON.stringify(dumpOfSections(changed({})))
const broken = JSON.stringify(dumpOfSections(changed({ 'apiRoute.route.cluster': 'not-there' })))
const idle = JSON.stringify(
  dumpOfSections(
    changed({ 'manager.rds.route_config_name': 'routes', 'routes.1': { name: 'left', virtual_hosts: [] } }),
  ),
)

const lint = (stdin: string, ...more: readonly string[]) => runProgram(['lint', '--file', '-', ...more], { stdin })

test('nothing found: one line on stderr, nothing on stdout, exit code 0', async () => {
  const { code, out, err } = await lint(healthy)
  assert.equal(code, 0)
  assert.equal(out, '')
  assert.match(err, /^No findings: \d+ rules checked in 1 proxy\.\n$/m)
})

test('a finding: a row, a sum on stderr, exit code 1', async () => {
  const { code, out, err } = await lint(broken)
  assert.equal(code, 1)
  assert.match(out, /^SEVERITY +RULE +RESOURCE +MESSAGE +PLACES +OBJECT\n/)
  assert.match(
    out,
    /^error +route-to-missing-cluster +routes\/routes +leads to cluster not-there, which is not loaded +1 +<none>$/m,
  )
  assert.match(err, /^1 error; \d+ rules checked in 1 proxy\.$/m)
})

test('what could not be read is exit code 2, and so is a wrong flag', async () => {
  for (const argv of [
    ['--file', '/no/such/file'],
    ['--file', '-', '--profile', 'none'],
    ['--file', '-', '--rule', 'none'],
    ['--file', '-', '--fail-on', 'none'],
    ['--file', '-', '--exclude', 'none'],
    ['--file', '-', '--exclude', 'route-to-missing-cluster='],
    ['explain'],
    ['explain', 'none'],
    ['rules', 'more'],
    ['--no-such-flag'],
  ]) {
    const { code, out, err } = await runProgram(['lint', ...argv], { stdin: broken })
    assert.equal(code, 2, argv.join(' '))
    assert.equal(out, '')
    assert.match(err, /^error: /m)
  }
})

test('--fail-on decides the exit code, --profile, --rule and --exclude what is found', async () => {
  const strict = ['--profile', 'strict']
  assert.equal((await lint(idle)).code, 0)
  assert.equal((await lint(idle, ...strict)).code, 0, 'info does not fail')
  assert.equal((await lint(idle, ...strict, '--fail-on', 'info')).code, 1)
  assert.equal((await lint(broken, '--fail-on', 'never')).code, 0)
  assert.equal((await lint(broken, '--rule', 'sds-not-loaded')).code, 0)
  assert.equal((await lint(broken, '--rule', 'sds-not-loaded,route-to-missing-cluster')).code, 1)
  assert.equal((await lint(broken, '--exclude', 'route-to-missing-cluster')).code, 0)
  assert.equal((await lint(broken, '--exclude', 'route-to-missing-cluster=routes/r*')).code, 0)
  const { code, err } = await lint(broken, '--exclude', 'route-to-missing-cluster=routes/x*')
  assert.equal(code, 1)
  assert.match(err, /^--exclude route-to-missing-cluster=routes\/x\* matches no resource .*, such as routes\/r/m)
  assert.equal((await lint(idle, '--exclude', 'route-to-missing-cluster=routes/x*')).err.includes('--exclude'), false)
})

test('json, jsonl and csv hold the whole finding', async () => {
  const [finding] = JSON.parse((await lint(broken, '-o', 'json')).out)
  assert.deepEqual(
    [finding.rule, finding.severity, finding.resource, finding.path, finding.reachedBy],
    ['route-to-missing-cluster', 'error', 'routes/routes', 'shop/api', 'web shop.example.com'],
  )
  const line = JSON.parse((await lint(broken, '-o', 'jsonl')).out)
  assert.ok(isObject(line))
  assert.equal(line.kind, 'finding')
  assert.equal(line.rule, finding.rule)
  assert.match((await lint(broken, '-o', 'csv')).out, /^error,route-to-missing-cluster,routes\/routes,/m)
  assert.equal((await lint(healthy, '-o', 'json')).out.trim(), '[]')
})

test('several proxies: one cause is one row with their number', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-config-lint-'))
  try {
    for (const name of ['a', 'b', 'c']) writeFileSync(join(folder, `${name}.json`), name === 'c' ? healthy : broken)
    const files = ['a', 'b', 'c'].flatMap((name) => ['--file', join(folder, `${name}.json`)])
    const { out, code, err } = await runProgram(['lint', ...files])
    assert.equal(code, 1)
    assert.match(out, /PLACES +OBJECT +PROXIES\n.* 2 +<none> +2\n$/)
    assert.match(err, /in 3 proxies\.$/m)
    const unreadable = await runProgram(['lint', ...files, '--file', join(folder, 'none.json')])
    assert.equal(unreadable.code, 2)
    assert.match(unreadable.out, /route-to-missing-cluster/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('-o name has each finding of a resource', async () => {
  const sidecar = join(import.meta.dirname, '../../fixtures/sidecar/config_dump.json')
  const { out } = await runProgram(['lint', '--file', sidecar, '--profile', 'strict', '-o', 'name'])
  const names = out.trimEnd().split('\n')
  assert.ok(names.includes('finding/permissive-port/listeners/virtualInbound'), out)
  assert.ok(names.includes('finding/ocsp-or-crl-missing/listeners/virtualInbound'), out)
})

test('lint rules lists every rule, lint explain tells all of one', async () => {
  const { out, code } = await runProgram(['lint', 'rules', '-o', 'name'])
  assert.equal(code, 0)
  assert.deepEqual(
    out.trimEnd().split('\n'),
    allRules.map(({ id }) => `rule/${id}`),
  )
  for (const { id, title, fix } of allRules) {
    const explained = await runProgram(['lint', 'explain', id])
    assert.equal(explained.code, 0)
    assert.ok(explained.out.startsWith(`${id}: ${title}\n`))
    assert.ok(explained.out.includes(fix))
  }
})

test('sarif, junit and github say the same, and what a dump holds cannot break out of them', async () => {
  const odd = JSON.stringify(dumpOfSections(changed({ 'apiRoute.route.cluster': 'a<b>"&\n::error::%' })))
  const log = JSON.parse((await lint(odd, '-o', 'sarif')).out)
  assert.equal(log.version, '2.1.0')
  const [run] = log.runs
  assert.deepEqual(
    run.results.map(({ ruleId, level }: { ruleId: string; level: string }) => `${level} ${ruleId}`),
    ['error route-to-missing-cluster'],
  )
  assert.ok(run.tool.driver.rules.length > 50)
  const junit = (await lint(odd, '-o', 'junit')).out
  assert.match(junit, /<testsuite name="lint" tests="\d+" failures="1">/)
  assert.match(junit, /a&lt;b&gt;&quot;&amp;/)
  const github = (await lint(odd, '-o', 'github')).out
  assert.equal(github.trimEnd().split('\n').length, 1)
  assert.match(github, /^::error title=route-to-missing-cluster::routes\/routes shop\/api: /)
  assert.match(github, /%25/)
  assert.match((await lint(healthy, '-o', 'junit')).out, /failures="0"/)
})

test('--baseline leaves out what was found before, and only that', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-config-lint-'))
  try {
    const file = join(folder, 'before.json')
    writeFileSync(file, (await lint(broken, '-o', 'json')).out)
    assert.equal((await lint(broken, '--baseline', file)).code, 0)
    const more = JSON.stringify(
      dumpOfSections(changed({ 'apiRoute.route.cluster': 'not-there', 'tcpProxy.cluster': 'nor-this' })),
    )
    const { code, out } = await lint(more, '--baseline', file)
    assert.equal(code, 1)
    assert.match(out, /tcp-proxy-to-missing-cluster/)
    assert.ok(!out.includes(' route-to-missing-cluster'))
    writeFileSync(file, '{"a": 1}')
    const refused = await lint(broken, '--baseline', file)
    assert.equal(refused.code, 2)
    assert.match(refused.err, /is no list of findings/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('--config: exclusions need a reason, may end, and leave out only what they name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-config-lint-'))
  const file = join(folder, 'lint.yaml')
  const withConfig = (text: string) => {
    writeFileSync(file, `exclude:\n  - ${text}\n`)
    return lint(broken, '--config', file)
  }
  const rule = 'rule: route-to-missing-cluster'
  try {
    assert.equal((await withConfig(`{ ${rule}, reason: known }`)).code, 0)
    assert.equal((await withConfig(`{ ${rule}, reason: known, until: 2026-01-01 }`)).code, 0)
    const ended = await withConfig(`{ ${rule}, reason: known, until: 2025-12-31 }`)
    assert.equal(ended.code, 1)
    assert.match(ended.err, /expired on 2025-12-31/)
    assert.equal((await withConfig(`{ ${rule}, reason: known, resource: 'clusters/*' }`)).code, 1)
    assert.equal((await withConfig(`{ ${rule}, reason: known, proxy: 'other*' }`)).code, 1)
    for (const wrong of [
      `{ ${rule} }`,
      '{ rule: none, reason: a }',
      `{ ${rule}, reason: a, more: b }`,
      `{ ${rule}, reason: a, until: soon }`,
    ]) {
      const { code, err } = await withConfig(wrong)
      assert.equal(code, 2, wrong)
      assert.match(err, /exclusion 1/)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
