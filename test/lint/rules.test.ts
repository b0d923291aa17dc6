import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { load } from 'js-yaml'
import { type JsonObject, objectOf, objectsOf } from '../../src/envoy/json.ts'
import { rules } from '../../src/lint/rules/index.ts'
import { checkProxy } from '../../src/lint/run/check-proxy.ts'
import { caseProxy, changed } from './case-proxy.ts'

const folder = join(import.meta.dirname, '../../src/lint/rules')

test('nothing is found in the healthy proxy, by any rule', async () => {
  const { findings, silent } = checkProxy(rules, await caseProxy(changed({})))
  assert.deepEqual(findings, [])
  assert.deepEqual(silent, [])
})

test('every rule has cases of both kinds beside it, and each file is a rule', () => {
  const files = globSync('*/*.cases.yaml', { cwd: folder, exclude: ['fleet/*'] }).map((file) =>
    basename(file, '.cases.yaml'),
  )
  assert.deepEqual(files.toSorted(), rules.map(({ id }) => id).toSorted())
  for (const { id } of rules) {
    const { valid, invalid } = casesOf(id)
    assert.ok(valid.length > 0 && invalid.length > 0, `${id} needs valid and invalid cases`)
    assert.ok(globSync(`*/${id}.ts`, { cwd: folder }).length === 1, `${id}.ts holds the rule`)
  }
})

for (const rule of rules) {
  test(`${rule.id}: ${rule.title}`, async () => {
    const { valid, invalid } = casesOf(rule.id)
    for (const { case: what, ...changes } of valid) {
      const { findings, silent } = checkProxy([rule], await caseProxy(changed(changes)))
      assert.deepEqual(findings, [], `valid: ${String(what)}`)
      assert.ok(
        silent.every(({ because }) => !('defect' in because)),
        JSON.stringify(silent),
      )
    }
    for (const { case: what, finds, severity, ...changes } of invalid) {
      const { findings, silent } = checkProxy([rule], await caseProxy(changed(changes)))
      assert.deepEqual(silent, [], `invalid: ${String(what)}`)
      const expected = [finds].flat()
      // A place alone stands for whatever is said of it.
      const found = findings.map(({ resource, path, message }, at) => {
        const place = [resource, path].filter(Boolean).join(' ')
        return expected[at] === place ? place : `${place}: ${message}`
      })
      assert.deepEqual(found, expected, `invalid: ${String(what)}`)
      for (const finding of findings)
        assert.equal(finding.severity, severity ?? rule.severity, `invalid: ${String(what)}`)
    }
  })
}

function casesOf(id: string): { readonly valid: readonly JsonObject[]; readonly invalid: readonly JsonObject[] } {
  const [file] = globSync(`*/${id}.cases.yaml`, { cwd: folder })
  assert.ok(file !== undefined && existsSync(join(folder, file)), `${id}.cases.yaml`)
  const { valid, invalid } = objectOf(load(readFileSync(join(folder, file), 'utf8')))
  return { valid: objectsOf(valid), invalid: objectsOf(invalid) }
}
