import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatString, formatText } from '../../../src/semantics/matching/format-string.ts'
import { anyText, partialText } from '../../../src/semantics/matching/partial-text.ts'
import { connected, sent } from '../sent.ts'

test('format strings: each command, what stands for an absent value, lengths, gaps', () => {
  const request = sent({
    headers: [
      ['x', 'value'],
      ['x', 'second'],
      ['empty', ''],
    ],
  })
  const known = { dynamicMetadata: { ns: { a: { b: 'deep' }, n: 1 } }, filterState: { k: 'v"' } }
  const source = {
    headers: request.headers,
    connection: connected({ sni: 'sni.test' }),
    client: { address: '10.7.7.7', port: 7 },
    known,
  }
  for (const [format, expected] of [
    ['plain', 'plain'],
    ['100%%', '100%'],
    ['%REQ(x)%', 'value'],
    ['<%REQUEST_HEADER(X):3%>', '<val>'],
    ['%REQ(none)%', '-'],
    ['%REQ(none?x)%', 'value'],
    ['%REQ(empty)%', ''],
    ['%REQ(:method)% %REQ(:authority)%', 'GET shop'],
    ['%DYNAMIC_METADATA(ns:a:b)%', 'deep'],
    ['%DYNAMIC_METADATA(ns:none)%', '-'],
    ['%FILTER_STATE(k)%', '"v\\""'],
    ['%FILTER_STATE(k:PLAIN)%', 'v"'],
    ['%REQUESTED_SERVER_NAME%', 'sni.test'],
    ['%DOWNSTREAM_REMOTE_ADDRESS%', '10.7.7.7:7'],
    ['%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%', '10.7.7.7'],
    ['%DOWNSTREAM_REMOTE_PORT%', '7'],
    ['%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%', '10.8.8.8:40001'],
    ['%DOWNSTREAM_DIRECT_REMOTE_PORT%', '40001'],
    ['%DOWNSTREAM_LOCAL_ADDRESS%', '10.0.0.1:80'],
    ['%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT%', '10.0.0.1'],
    ['%DOWNSTREAM_LOCAL_PORT%', '80'],
    ['%lower% 50% off', '%lower% 50% off'],
  ] as const)
    assert.equal(formatString(format, source), expected, format)
  assert.equal(formatString('%REQ(none)%', source, ''), '')
  assert.equal(formatString('%REQUESTED_SERVER_NAME%', { connection: connected() }), '-')
  const fact = (format: string, of: Parameters<typeof formatString>[1] = source) => {
    const value = formatString(format, of)
    return typeof value === 'string' ? value : value.fact
  }
  for (const [format, of, expected] of [
    ['%START_TIME%', source, 'generated'],
    ['%UPSTREAM_HOST%', source, 'generated'],
    ['%DYNAMIC_METADATA(ns:n)%', source, 'generated'],
    ['%DYNAMIC_METADATA(ns:x)%', { known: { openMetadata: 'any' } }, 'generated'],
    ['%DYNAMIC_METADATA(ns:x)%', {}, 'generated'],
    ['%FILTER_STATE(other)%', source, 'generated'],
    ['%REQUESTED_SERVER_NAME%', { connection: connected({}, { sniUnknown: true }) }, 'sni'],
    ['%DOWNSTREAM_REMOTE_ADDRESS%', { connection: connected(undefined, { remote: {} }) }, 'source'],
    ['%DOWNSTREAM_REMOTE_ADDRESS%', { client: { address: 'a' } }, 'source_port'],
    ['%DOWNSTREAM_REMOTE_PORT%', { client: { address: 'a' } }, 'source_port'],
    ['%DOWNSTREAM_LOCAL_ADDRESS%', { connection: connected(undefined, { local: { port: 1 } }) }, 'address'],
    ['%DOWNSTREAM_LOCAL_ADDRESS%', {}, 'generated'],
    [
      '%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%',
      { connection: connected(undefined, { directRemote: {}, isProxied: true }) },
      'peer',
    ],
  ] as const)
    assert.equal(fact(format, of), expected, format)
  const open = request.headers.with('x', [partialText(['a', anyText], 'source')])
  assert.equal(fact('%REQ(x)%', { headers: open }), 'source')
  assert.equal(fact('%REQ(x):1%', { headers: open }), 'source')
  assert.equal(formatText({ text_format_source: { inline_string: 'a' }, text_format: 'b' }), 'a')
  assert.equal(formatText({ text_format: 'b' }), 'b')
  assert.equal(formatText({ json_format: {} }), undefined)
})
