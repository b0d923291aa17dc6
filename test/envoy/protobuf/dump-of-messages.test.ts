import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { Json, JsonObject } from '../../../src/envoy/json.ts'
import { dumpOfMessages } from '../../../src/envoy/protobuf/dump-of-messages.ts'
import { readFields, textOf, writeMessage } from '../../../src/fetch/xds/protobuf.ts'
import { fixture, inCamelCase } from '../../analyses/diff/dumps.ts'

interface Samples {
  readonly messages: Readonly<Record<string, { readonly typeUrl: string; readonly bytes: string; readonly json: Json }>>
  readonly dumps: Readonly<Record<string, string>>
}

const { messages, dumps }: Samples = JSON.parse(readFileSync(new URL('samples.json', import.meta.url), 'utf8'))
const url = (type: string) => `type.googleapis.com/${type}`

function decoded(typeUrl: string, value: Uint8Array): { json: JsonObject; notes: readonly string[] } {
  const { document, notes } = dumpOfMessages([{ typeUrl, value }])
  const [json] = Array.isArray(document.configs) ? document.configs : []
  assert.ok(typeof json === 'object' && json !== null && !Array.isArray(json))
  return { json, notes }
}

for (const [name, { typeUrl, bytes, json }] of Object.entries(messages)) {
  test(`as protobuf's own library prints it: ${name}`, () => {
    assert.deepEqual(decoded(typeUrl, Buffer.from(bytes, 'base64')), { json, notes: [] })
  })
}

for (const [name, packed] of Object.entries(dumps)) {
  test(`the dump of ${name} in protobuf is the dump in JSON`, () => {
    const sections = [...readFields(gunzipSync(Buffer.from(packed, 'base64')))].map(({ bytes }) => anyIn(bytes))
    const { document, notes } = dumpOfMessages(sections)
    assert.ok(sections.length > 5)
    assert.deepEqual(notes, [])
    assert.deepEqual(document, inCamelCase(fixture(name)))
  })
}

function anyIn(bytes: Uint8Array) {
  const [type, value] = [...readFields(bytes)]
  return { typeUrl: textOf(type?.bytes ?? new Uint8Array()), value: value?.bytes ?? new Uint8Array() }
}

test("Istio's own filters are read by name", () => {
  const value = writeMessage([[8, writeMessage([[2, 'requests_total']])]])
  assert.deepEqual(decoded(url('stats.PluginConfig'), value), {
    json: { '@type': url('stats.PluginConfig'), metrics: [{ name: 'requests_total' }] },
    notes: [],
  })
})

test('a type that is not known stays as it came, however deep it stands', () => {
  const any = (type: string, value: Uint8Array) =>
    writeMessage([
      [1, url(type)],
      [2, value],
    ])
  const extension = (config: Uint8Array) =>
    writeMessage([
      [1, 'x'],
      [2, config],
    ])
  const type = 'envoy.config.core.v3.TypedExtensionConfig'
  const { json, notes } = decoded(url(type), extension(any(type, extension(any('acme.Filter', Buffer.from([8, 1]))))))
  const inner = { '@type': url('acme.Filter'), value: 'CAE=' }
  assert.deepEqual(json, {
    '@type': url(type),
    name: 'x',
    typedConfig: { '@type': url(type), name: 'x', typedConfig: inner },
  })
  assert.deepEqual(notes, ['not described in the API this program knows, compared as bytes: acme.Filter'])
})

test('a field that is not known stands under its number, with every value it has', () => {
  const value = Buffer.concat([
    writeMessage([[1, 'a']]),
    writeMessage([
      [4000, 'new'],
      [4000, 'er'],
    ]),
  ])
  const { json, notes } = decoded(url('envoy.config.cluster.v3.Cluster'), value)
  assert.deepEqual(json, { '@type': url('envoy.config.cluster.v3.Cluster'), name: 'a', '4000': 'A25ldw== AmVy' })
  assert.deepEqual(notes, [
    'not described in the API this program knows, compared as bytes: field 4000 of envoy.config.cluster.v3.Cluster',
  ])
})

test('a number that no enum has stays a number', () => {
  const { json } = decoded(url('envoy.config.cluster.v3.Cluster'), Buffer.from([2 * 8, 99]))
  assert.deepEqual(json, { '@type': url('envoy.config.cluster.v3.Cluster'), type: 99 })
})

test('bytes that are not of their type stay as they came', () => {
  const cut = Buffer.from([10, 200, 1])
  assert.deepEqual(decoded(url('envoy.config.cluster.v3.Cluster'), cut).json, {
    '@type': url('envoy.config.cluster.v3.Cluster'),
    value: cut.toString('base64'),
  })
})

test('a message in a message in a message, a thousand deep, ends somewhere', () => {
  const type = 'envoy.config.core.v3.TypedExtensionConfig'
  let value = writeMessage([[1, 'innermost']])
  for (let depth = 0; depth < 1000; depth++) {
    value = writeMessage([
      [
        2,
        writeMessage([
          [1, url(type)],
          [2, value],
        ]),
      ],
    ])
  }
  const { json, notes } = decoded(url(type), value)
  assert.match(JSON.stringify(json), /"value":"[\w+/]{100,}/)
  assert.equal(notes.length, 1)
})
