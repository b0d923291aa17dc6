import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../src/envoy/json.ts'
import { canTakePath } from '../../src/envoy/model/path-of-route.ts'

const cases: readonly (readonly [JsonObject, string, boolean])[] = [
  [{ prefix: '/' }, '/a', true],
  [{ prefix: '/a' }, '/a/b', true],
  [{ prefix: '/a' }, '/ab', true],
  [{ prefix: '/a' }, '/A', false],
  [{ prefix: '/a', case_sensitive: false }, '/A', true],
  [{ path: '/a' }, '/a?q=1', true],
  [{ path: '/a' }, '/a/', false],
  [{ path_separated_prefix: '/a' }, '/a', true],
  [{ path_separated_prefix: '/a' }, '/a/b', true],
  [{ path_separated_prefix: '/a' }, '/ab', false],
  [{ safe_regex: { regex: '/x' } }, '/a', true],
  [{ connect_matcher: {} }, '/a', false],
]

for (const [match, path, can] of cases) {
  test(`${JSON.stringify(match)} ${can ? 'can' : 'cannot'} take ${path}`, () =>
    assert.equal(canTakePath(match, path), can))
}
