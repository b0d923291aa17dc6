import assert from 'node:assert/strict'
import { test } from 'node:test'
import { featureTexts } from '../../src/lint/proxy/features.ts'
import { advisories, newestMinor, updated } from '../../src/lint/rules/version/advisories.ts'
import { fixedIn } from '../../src/lint/rules/version/advisory.ts'

const date = /^\d{4}-\d{2}-\d{2}$/

test('the list of advisories has the form that the rule reads', () => {
  assert.match(updated, date)
  assert.ok(newestMinor >= 40)
  assert.deepEqual(
    advisories.map(({ id }) => id),
    [...new Set(advisories.map(({ id }) => id))],
    'each stands once',
  )
  for (const { id, about, fixed, needs, published } of advisories) {
    assert.match(id, /^(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3})$/)
    assert.ok(about.length > 3 && !about.endsWith('.'), id)
    assert.match(published, date)
    assert.ok(!Number.isNaN(Date.parse(published)) && published <= updated, id)
    assert.ok(fixed.length > 0 && needs.length > 0, id)
    for (const version of fixed) assert.match(version, /^1\.\d+\.\d+$/)
    const minors = fixed.map((version) => Number(version.split('.')[1]))
    assert.deepEqual(
      minors,
      minors.toSorted((a, b) => b - a),
      `${id}: the newest line first`,
    )
    assert.ok((minors[0] ?? 0) <= newestMinor, id)
    for (const need of needs) assert.ok(Object.hasOwn(featureTexts, need), `${id} needs ${need}`)
  }
})

test('which release mends a fault', () => {
  const fault = { fixed: ['1.38.3', '1.37.5', '1.35.13'] }
  const release = (minor: number, patch: number) => ({ major: 1, minor, patch, isVendors: false })
  assert.equal(fixedIn(fault, release(39, 0)), undefined, 'a newer line')
  assert.equal(fixedIn(fault, release(38, 3)), undefined)
  assert.equal(fixedIn(fault, release(38, 2)), '1.38.3')
  assert.equal(fixedIn(fault, release(37, 5)), undefined)
  assert.equal(fixedIn(fault, release(36, 99)), '1.37.5', 'a line without the fix: the next one')
  assert.equal(fixedIn(fault, release(35, 12)), '1.35.13')
  assert.equal(fixedIn(fault, release(20, 0)), '1.35.13')
})
