import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Rule } from '../../src/lint/rule.ts'
import { checkProxy } from '../../src/lint/run/check-proxy.ts'
import { folded } from '../../src/lint/run/fold.ts'
import { caseProxy, changed } from './case-proxy.ts'

function ruleOf(id: string, check: Rule['check'], more: Partial<Rule> = {}): Rule {
  const words = { title: id, detects: id, impact: id, fix: id, sources: [] }
  return { id, profile: 'core', severity: 'error', ...words, check, ...more }
}

const everyRoute = ruleOf('every-route', {
  *route() {
    yield { message: 'found' }
  },
})

test('a rule that throws is reported as a defect of that rule, its findings go, and no other rule is hidden', async () => {
  const broken = ruleOf('broken', {
    *route({ index }) {
      yield { message: 'before' }
      if (index === 1) throw new TypeError('cannot read SECRET of undefined')
    },
  })
  const { findings, silent } = checkProxy([broken, everyRoute], await caseProxy(changed({})))
  assert.deepEqual(
    findings.map(({ rule }) => rule),
    ['every-route', 'every-route'],
  )
  const [only, ...more] = silent
  assert.deepEqual(more, [])
  assert.equal(only?.rule, 'broken')
  const said = only !== undefined && 'defect' in only.because ? only.because.defect : ''
  assert.match(said, /^TypeError/)
  assert.ok(!said.includes('SECRET'), 'the message may quote the dump')
})

test('one cause is one finding, over places and over proxies, with the worst severity that it has', async () => {
  const used = checkProxy([everyRoute], await caseProxy(changed({})))
  const unused = checkProxy([everyRoute], await caseProxy(changed({ 'manager.rds.route_config_name': 'other' })))
  assert.deepEqual(new Set(unused.findings.map(({ severity }) => severity)), new Set(['info']))
  const found = folded(
    [
      { proxy: 'b', findings: unused.findings },
      { proxy: 'a', findings: used.findings },
    ],
    [everyRoute],
  )
  assert.equal(found.length, 1)
  assert.equal(found[0]?.severity, 'error')
  assert.equal(found[0]?.places, 4)
  assert.deepEqual(found[0]?.proxies, ['b', 'a'])
  assert.equal(found[0]?.reachedBy, 'web shop.example.com')
})

test('the worst come first, then the order of rules', async () => {
  const second = ruleOf('second', {
    *table() {
      yield { message: 'x', severity: 'warning' }
    },
  })
  const third = ruleOf('third', {
    *cluster({ name }) {
      yield { message: name }
    },
  })
  const rules = [everyRoute, second, third]
  const { findings } = checkProxy(rules, await caseProxy(changed({})))
  assert.deepEqual(
    folded([{ proxy: 'p', findings }], rules).map(({ rule, message }) => `${rule} ${message}`),
    ['every-route found', 'third api', 'third shop', 'second x'],
  )
})

test('what a rule needs and the dump does not hold is said, and nothing is concluded', async () => {
  const needs = ruleOf('needs', everyRoute.check, { needs: ['secrets', 'clusters'] })
  const { findings, silent } = checkProxy([needs], await caseProxy(changed({ secrets: null })))
  assert.deepEqual(findings, [])
  assert.deepEqual(silent, [{ rule: 'needs', because: { missing: ['secrets'] } }])
})
