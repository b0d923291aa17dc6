import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RE2JS } from 're2js'
import { narrowedPath } from '../../src/commands/resources/narrowed-path.ts'
import { clusters } from '../../src/resources/clusters.ts'
import { routes } from '../../src/resources/routes.ts'

function regexIn(path: string): RE2JS {
  return RE2JS.compile(new URLSearchParams(path.split('?')[1]).get('name_regex') ?? '')
}

test('Envoy is asked for the names that pass the filter', () => {
  const part = regexIn(narrowedPath(clusters, { fqdn: 'Reviews.default' }))
  assert.ok(part.matches('outbound|9080|v1|reviews.default.svc.cluster.local'))
  assert.ok(!part.matches('outbound|9080||reviewsXdefault'))
  const whole = regexIn(narrowedPath(routes, { name: 'inbound|9080||' }))
  assert.ok(whole.matches('inbound|9080||'))
  assert.ok(!whole.matches('inbound|9080||x'))
})

test('the spelling without pipes stands for both', () => {
  const cluster = regexIn(narrowedPath(clusters, { fqdn: 'outbound_.9080_.v1_.reviews' }))
  assert.ok(cluster.matches('outbound|9080|v1|reviews.default'))
  assert.ok(cluster.matches('outbound_.9080_.v1_.reviews.default'))
  assert.ok(!cluster.matches('outboundX9080|v1|reviews.default'))
  const whole = regexIn(narrowedPath(routes, { name: 'inbound_.9080_._.' }))
  assert.ok(whole.matches('inbound|9080||'))
})

test('no text of a filter breaks out of the expression', () => {
  for (const text of ['(', '\\Q', '[a', 'a{', '*', '&mask=x', 'ä', '^$']) {
    assert.ok(regexIn(narrowedPath(clusters, { fqdn: text })).matches(`x${text}y`), text)
  }
})

test('other filters leave the path as it is', () => {
  assert.equal(narrowedPath(clusters, { port: '9080' }), clusters.path)
})
