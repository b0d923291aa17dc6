import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeLines } from '../../../src/analyses/compare/words/change-lines.ts'
import { difference } from '../../../src/analyses/diff/delta.ts'
import type { Json, JsonObject } from '../../../src/envoy/json.ts'

const linesOf = (a: JsonObject, b: JsonObject, objects: readonly string[] = []) =>
  changeLines((difference(a, b)?.changes ?? []).map((change) => ({ ...change, objects })))

test('the same in two filter chains of one name is one line with a count', () => {
  const chains = (port: number): JsonObject => ({
    filter_chains: [
      { name: 'http', filter_chain_match: { transport_protocol: 'tls' }, port },
      { name: 'http', filter_chain_match: { transport_protocol: 'raw_buffer' }, port },
    ],
  })
  assert.deepEqual(linesOf(chains(1), chains(2)), ['filter chain http: port 1 -> 2  (2 times)'])
})

const named = (count: number, prefix: string): Json[] =>
  Array.from({ length: count }, (_, index) => ({ name: `${prefix}${index + 1}` }))

test('many elements that came to one list are one line, few are a line each, with the object behind them', () => {
  const node = (extensions: Json[]): JsonObject => ({ node: { extensions } })
  assert.deepEqual(linesOf(node(named(2, 'a')), node([...named(2, 'a'), ...named(30, 'b')])), [
    'node.extensions: 30 added, among them b1, b2, b3',
  ])
  assert.deepEqual(linesOf(node(named(9, 'a')), node(named(7, 'a')), ['gateway/x.y']), [
    'node extensions a8 removed  (gateway/x.y)',
    'node extensions a9 removed  (gateway/x.y)',
  ])
})

test('two lists of one path are counted apart', () => {
  const hosts = (count: number): JsonObject => ({
    filter_chains: ['tls', 'raw_buffer'].map((transport_protocol) => ({
      name: 'http',
      filter_chain_match: { transport_protocol },
      filters: named(count, 'f'),
    })),
  })
  assert.deepEqual(linesOf(hosts(0), hosts(9)), [
    'filter chain http, filters: 9 added, among them f1, f2, f3  (2 times)',
  ])
})
