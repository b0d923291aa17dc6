import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  anyAddress,
  anyHash,
  anyText,
  anyUuid,
  ownAddress,
  partialText,
} from '../../src/semantics/matching/partial-text.ts'
import { stringMatches } from '../../src/semantics/matching/string-match.ts'

const element = partialText(['By=spiffe://td/own;Hash=', anyHash, ';URI=spiffe://td/ns/a/sa/client'], 'certificate')
const forwarded = partialText(['1.2.3.4,', anyAddress], 'source')

test('what holds whatever the gaps are is true', () => {
  assert.equal(stringMatches({ contains: 'URI=spiffe://td/ns/a' }, element), true)
  assert.equal(stringMatches({ prefix: 'By=spiffe' }, element), true)
  assert.equal(stringMatches({ suffix: '/sa/client' }, element), true)
  assert.equal(stringMatches({ prefix: 'BY=SPIFFE', ignore_case: true }, element), true)
  assert.equal(stringMatches({ safe_regex: { regex: '.*;URI=spiffe://td/ns/a/sa/.*' } }, element), true)
  assert.equal(stringMatches({ safe_regex: { regex: '[0-9a-f-]{36}' } }, partialText([anyUuid], 'generated')), true)
})

test('what cannot hold is false', () => {
  assert.equal(stringMatches({ contains: 'URI=spiffe://td/ns/b' }, element), false)
  assert.equal(stringMatches({ contains: 'xyz' }, element), false)
  assert.equal(stringMatches({ prefix: 'Hash=' }, element), false)
  assert.equal(stringMatches({ suffix: '/sa/other' }, element), false)
  assert.equal(stringMatches({ exact: '1.2.3.4' }, forwarded), false)
  assert.equal(stringMatches({ prefix: '5.' }, forwarded), false)
  assert.equal(stringMatches({ exact: '' }, partialText([anyUuid, 'x'], 'generated')), false)
  // A hash and a UUID have their length.
  assert.equal(stringMatches({ suffix: '=abc' }, partialText(['Hash=', anyHash], 'certificate')), false)
  assert.equal(stringMatches({ exact: 'abc' }, partialText([anyUuid], 'generated')), false)
  assert.equal(stringMatches({ suffix: 'abc' }, partialText(['Hash=', anyHash], 'certificate')), undefined)
  // A pod has no public address.
  assert.equal(stringMatches({ exact: '1.2.3.4' }, partialText([ownAddress], 'own_address')), false)
})

test('what depends on a gap is neither', () => {
  assert.equal(stringMatches({ contains: 'Hash=ab' }, element), undefined)
  assert.equal(stringMatches({ contains: 'cafe;URI' }, element), undefined)
  assert.equal(stringMatches({ contains: 'own;Hash=0' }, element), undefined)
  assert.equal(stringMatches({ exact: '1.2.3.4,10.0.0.1' }, forwarded), undefined)
  assert.equal(stringMatches({ prefix: '1.2.3.4,10.' }, forwarded), undefined)
  assert.equal(stringMatches({ suffix: '4,9.9.9.9' }, forwarded), undefined)
  assert.equal(stringMatches({ safe_regex: { regex: 'a.*' } }, partialText([anyUuid], 'generated')), undefined)
  assert.equal(stringMatches({ exact: 'x' }, partialText([anyText], 'generated')), undefined)
  assert.equal(stringMatches({ exact: '10.1.1.1' }, partialText([ownAddress], 'own_address')), undefined)
})
