import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Expectation } from '../../../../src/analyses/trace/cases/case-expectation.ts'
import { checkCase } from '../../../../src/analyses/trace/cases/check-case.ts'

type Trace = Parameters<typeof checkCase>[1]

type Alternative = Trace['alternatives'][number]

const alternative = (more: object = {}, outcome: object = {}, probability = 1): Alternative =>
  ({
    probability,
    hops: [{ listener: 'L', objects: {}, reasons: {}, considered: {}, ...more }],
    outcome: {
      kind: 'upstream',
      probability,
      reason: { code: 'route-redirects', args: {} },
      conditions: [],
      ...outcome,
    },
  }) as unknown as Alternative

const failures = (expect: Expectation, ...alternatives: readonly Alternative[]): string =>
  checkCase(expect, { alternatives })
    .map(({ field, expected, actual }) => `${field}: ${expected} <> ${actual}`)
    .join('; ')

test('what a request came to, field by field', () => {
  const hop = { virtualHost: 'V', route: '', routeMatch: 'M', cluster: 'C', upstream: { path: '/p', authority: 'h' } }
  const came = alternative({ ...hop, endpoints: [{ address: 'e' }] }, { location: 'l', status: 301 })
  const good: Expectation = {
    outcome: 'upstream',
    listener: 'L',
    virtualHost: 'V',
    route: 'M',
    cluster: 'C',
    endpoint: 'e',
    redirect: 'l',
    responseCode: 301,
    certain: true,
    conditions: [],
    path: '/p',
    host: 'h',
  }
  assert.equal(failures(good, came), '')
  for (const [field, actual] of Object.entries({ ...good, certain: 'true', conditions: 'none' })) {
    const other = field === 'certain' ? false : field === 'conditions' ? ['b', 'a', 'b'] : 'other'
    const expected = field === 'conditions' ? 'a, b' : String(other)
    assert.equal(failures({ [field]: other }, came), `${field}: ${expected} <> ${actual}`)
    const nothing = alternative({ listener: undefined }, { kind: undefined })
    if (!['certain', 'conditions'].includes(field))
      assert.match(failures({ [field]: 'x' }, nothing), / <> none$/, `${field} of nothing`)
  }
  assert.equal(
    failures({ endpoint: 'e' }, alternative({ endpoints: [{ address: 'e' }, { address: 'f' }] })),
    'endpoint: e <> e, f',
  )
  assert.equal(failures({ route: 'R' }, alternative({ route: 'R', routeMatch: 'M' })), '')
  const open = {
    conditions: [
      { filter: 'F', reason: { code: 'b' } },
      { filter: 'G', reason: { code: 'a' } },
    ],
  }
  assert.equal(failures({ certain: false, conditions: ['a', 'b'] }, alternative({}, open)), '')
  assert.equal(failures({ certain: false }, alternative({}, { kind: 'undecidable' })), '')
  assert.equal(failures({ host: 'h' }), 'host: h <> none', 'no alternative holds nothing')
  const [tcp, http] = [
    { listener: 'T', protocol: 'tcp', virtualHost: 'no' },
    { listener: 'H', protocol: 'http', virtualHost: 'V' },
  ]
  const two = { ...alternative(), hops: [http, tcp] } as unknown as Alternative
  assert.equal(failures({ virtualHost: 'V', listener: 'H' }, two), '', 'the last hop that speaks HTTP')
})

test('the odds of clusters, within half a percent', () => {
  const odds = (expect: Expectation['cluster'], ...shares: readonly (readonly [string | undefined, number])[]) =>
    failures(
      expect === undefined ? {} : { cluster: expect },
      ...shares.map(([cluster, share]) => alternative(cluster === undefined ? {} : { cluster }, {}, share)),
    )
  assert.equal(odds('a', ['a', 0.5], ['a', 0.5]), '')
  assert.equal(odds('a', ['a', 0.996], ['b', 0.004]), '')
  assert.equal(odds('a', ['a', 0.99], ['b', 0.01]), 'cluster: a <> a 99 %, b 1 %')
  assert.equal(odds({ a: 0.25, b: 0.75 }, ['a', 0.254], ['b', 0.746]), '')
  assert.equal(odds({ a: 0.25, b: 0.75 }, ['a', 0.256], ['b', 0.744]), 'cluster: a 25 %, b 75 % <> a 25.6 %, b 74.4 %')
  assert.equal(odds('a', [undefined, 1]), 'cluster: a <> none')
  assert.equal(odds('none', [undefined, 1]), '')
  assert.equal(odds({ a: 0.5 }, ['a', 1]), 'cluster: a 50 % <> a')
})
