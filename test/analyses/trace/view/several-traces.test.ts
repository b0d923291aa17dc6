import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CaseResult, casesView } from '../../../../src/analyses/trace/cases/cases-view.ts'
import { type TracedRequest, traceColumns, traceView } from '../../../../src/analyses/trace/view/trace-view.ts'
import type { TraceRequest } from '../../../../src/semantics/request.ts'
import { trace } from '../../../../src/walk/trace.ts'
import { chain, dumpOf, listener, staticCluster } from '../dump-of.ts'

const request: TraceRequest = { destination: { address: '10.0.0.1', port: 80 }, protocol: 'tcp' }
const dump = await dumpOf({
  listeners: [listener('L', '0.0.0.0', 80, { filter_chains: [chain('a')] })],
  clusters: [staticCluster('a', '1.1.1.1:1', '1.1.1.2:2')],
})
const traced = (label: string, more: Partial<TracedRequest> = {}): TracedRequest => ({
  label,
  request,
  trace: trace({ dump, request }),
  ...more,
})

/** What stands before each trace but the first. */
function headings(...others: readonly Partial<TracedRequest>[]): string[] {
  const view = traceView([traced('first'), ...others.map((other) => traced('next', other))], false, [])
  const lines = [...(view.texts?.table?.() ?? [])].map((line) => (typeof line === 'string' ? line : line.text))
  return lines.filter((line, at) => lines[at - 1] === '' && /^(?:Then|Or), /.test(line))
}

test('where a request is followed to, and which endpoints it was not', () => {
  const endpoint = (...others: readonly string[]) => ({ endpoint: { followed: 'e', others } })
  assert.deepEqual(headings(), [])
  assert.deepEqual(
    headings(
      {},
      { otherPort: 8443 },
      endpoint(),
      endpoint('f'),
      endpoint('f', 'g', 'h'),
      endpoint('f', 'g', 'h', 'i'),
      endpoint('f', 'g', 'h', 'i', 'j'),
    ),
    [
      'Then, in next:',
      'Or, at port 8443:',
      'Then, in next, at endpoint e:',
      'Then, in next, at endpoint e (not followed: f):',
      'Then, in next, at endpoint e (not followed: f, g, h):',
      'Then, in next, at endpoint e (not followed: f, g, h and 1 more):',
      'Then, in next, at endpoint e (not followed: f, g, h and 2 more):',
    ],
  )
})

test('rows of one trace and of several, and their documents', () => {
  const one = traceView([traced('p')], false, ['note'])
  assert.deepEqual(
    traceColumns.map(({ header, key, missing }) => `${header} ${key} ${missing ?? ''}`.trim()).slice(0, 10),
    [
      'PROXY proxy',
      'PROBABILITY probability',
      'LISTENER listener -',
      'FILTER CHAIN filterChain -',
      'ROUTE CONFIGURATION routeConfiguration -',
      'VIRTUAL HOST virtualHost -',
      'ROUTE route -',
      'CLUSTER cluster -',
      'ENDPOINTS endpoints -',
      'OUTCOME outcome',
    ],
  )
  assert.deepEqual(
    one.rows.map(({ name, proxy, cells }) => [name, proxy, ...cells.slice(0, 10)]),
    [['L/a/a', undefined, 'p', 1, 'L', 'a', undefined, undefined, undefined, 'a', '1.1.1.1:1,1.1.1.2:2', 'tcp']],
  )
  assert.deepEqual(one.notes, ['note'])
  assert.ok('value' in one.document() && 'list' in one.raw())
  const two = traceView([traced('p'), traced('q')], false, [])
  assert.deepEqual(
    two.rows.map(({ proxy }) => proxy),
    ['p', 'q'],
  )
  assert.ok('list' in two.document())
  const none = traceView(
    [
      {
        ...traced('p'),
        trace: trace({ dump, request: { ...request, destination: { address: '10.0.0.1', port: 81 } } }),
      },
    ],
    false,
    [],
  )
  assert.deepEqual(
    none.rows.map(({ name, cells }) => [name, cells[2], cells[9]]),
    [['p', undefined, 'noListener']],
  )
})

test('cases of a requests file: what holds, what does not, what cannot be read', () => {
  const failure = (field: string) => ({ field, expected: 'e', actual: 'a' })
  const results: readonly CaseResult[] = [
    { name: 'good', failures: [], result: { x: 1 } },
    { name: 'bad', failures: [failure('f'), failure('g')], result: {} },
    { name: 'broken', failures: [], error: 'why', result: {} },
  ]
  const view = casesView(results)
  assert.deepEqual(
    view.rows.map(({ cells, tones }) => [...cells, tones?.result].map((cell) => cell ?? '').join(' ')),
    ['good pass   ', 'bad FAIL f e a bad', 'bad FAIL g e a bad', 'broken ERROR  why bad'],
  )
  assert.deepEqual(
    [...(view.records?.() ?? [])],
    [
      { schema: 'proxy-config/v1', kind: 'case', name: 'good', passed: true, failures: [], x: 1 },
      { schema: 'proxy-config/v1', kind: 'case', name: 'bad', passed: false, failures: [failure('f'), failure('g')] },
      { schema: 'proxy-config/v1', kind: 'case', name: 'broken', passed: false, failures: [], error: 'why' },
    ],
  )
})
