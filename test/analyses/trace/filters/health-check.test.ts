import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { filter } from '../dump-of.ts'
import { ending, filtered, http } from './filtered-proxy.ts'

const forPath = (exact: string): JsonObject => ({ name: ':path', string_match: { exact } })

test('a health check is answered by Envoy, unless it is passed through or is none', async () => {
  const cases: readonly (readonly [JsonObject, string])[] = [
    [{ headers: [forPath('/')] }, '200'],
    [{ headers: [forPath('/')], pass_through_mode: false }, '200'],
    [{ headers: [forPath('/')], pass_through_mode: true }, 'upstream'],
    [{ headers: [forPath('/healthz')] }, 'upstream'],
    // Where no header tells them, every request is one.
    [{}, '200'],
    [{ pass_through_mode: true }, 'upstream'],
    [{ headers: [forPath('/')], cluster_min_healthy_percentages: { a: { value: 50 } } }, 'undecided'],
    [{ headers: [forPath('/healthz')], cluster_min_healthy_percentages: { a: { value: 50 } } }, 'upstream'],
  ]
  for (const [config, expected] of cases) {
    const ask = await filtered([filter('f', http('health_check.v3.HealthCheck'), config)])
    assert.equal(ending(ask()), expected, JSON.stringify(config))
  }
})
