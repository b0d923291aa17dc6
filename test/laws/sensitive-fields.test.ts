import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf'
import { isObject, type Json, type JsonObject } from '../../src/envoy/json.ts'
import { messageRegistry } from '../../src/envoy/protobuf/message-registry.ts'
import { redact } from '../../src/envoy/redaction/redact.ts'
import { redactPair } from '../../src/envoy/redaction/redact-pair.ts'

/** What Envoy's API marks as sensitive: scripts/sensitive-fields.py writes it. */
const marked: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(new URL('./sensitive-fields.json', import.meta.url), 'utf8'),
)
const planted = 'pl4nted-in-plain'
const plantedBytes = Buffer.from(planted).toString('base64')

/** Who a credential belongs to is shown: without it nobody can say whose request passes. */
const shown: ReadonlySet<string> = new Set(['client'])

const dataSource = 'envoy.config.core.v3.DataSource'

/** Every way to fill a field with the planted text. A DataSource that names a file or a variable holds no secret. */
function fillings(field: DescField): Json[] {
  const values = fillingsOfValue(field)
  if (field.fieldKind === 'list') return values.flatMap((value) => [[value], [value, value]])
  if (field.fieldKind === 'map') return values.map((value) => ({ any: value }))
  return values
}

function fillingsOfValue(field: DescField): Json[] {
  if (field.scalar === ScalarType.BYTES) return [plantedBytes]
  if (field.scalar === ScalarType.STRING) return [planted]
  const { message } = field
  if (message === undefined) return []
  if (message.typeName === dataSource) return [{ inline_string: planted }, { inline_bytes: plantedBytes }]
  if (message.typeName === 'google.protobuf.Any')
    return [
      { '@type': 'type.googleapis.com/google.protobuf.Struct', value: { any: planted } },
      { '@type': 'type.googleapis.com/xds.type.v3.TypedStruct', type_url: 'x', value: { any: [planted] } },
    ]
  return message.fields
    .filter(({ name }) => !shown.has(name))
    .flatMap((inner) => fillings(inner).map((value) => ({ [inner.name]: value })))
}

function fieldNamed(message: DescMessage, name: string): DescField {
  return message.fields.find((field) => field.name === name) ?? assert.fail(`${message.typeName} has no ${name}`)
}

/** Where a message of that type may stand: as each field of the API that has it, in an Any, in an Any of something that is not known. */
function places(type: string, message: JsonObject): JsonObject[] {
  const any = { '@type': `type.googleapis.com/${type}`, ...message }
  const asField = fieldsOfType(type).map(({ name, fieldKind }): JsonObject => {
    if (fieldKind === 'list') return { [name]: [message] }
    return { [name]: fieldKind === 'map' ? { any: message } : message }
  })
  return [...asField, any, { typed_config: any }, { filters: [{ name: 'x', typed_config: any }] }]
}

function fieldsOfType(type: string): DescField[] {
  return [...messageRegistry()].flatMap((each) =>
    each.kind === 'message' ? each.fields.filter(({ message }) => message?.typeName === type) : [],
  )
}

test('redaction hides every field that the API marks as sensitive, in each form and case', (t) => {
  let count = 0
  for (const [type, names] of Object.entries(marked)) {
    const message = messageRegistry().getMessage(type) ?? assert.fail(`${type} is not known`)
    for (const name of names) {
      const values = fillings(fieldNamed(message, name))
      assert.ok(values.length > 0, `${type}.${name}`)
      for (const value of values) {
        for (const place of places(type, { [name]: value })) {
          for (const spelled of [place, inCamelCase(place)]) {
            count++
            const where = `${type}.${name}: ${JSON.stringify(spelled)}`
            assert.ok(!holdsPlanted(redact(spelled)), where)
            for (const shown of redactPair<Json>(spelled, {})) assert.ok(!holdsPlanted(shown), where)
            for (const shown of redactPair<Json>({}, spelled)) assert.ok(!holdsPlanted(shown), where)
          }
        }
      }
    }
  }
  t.diagnostic(`${count} places`)
  assert.ok(Object.keys(marked).length >= 20 && count > 400)
})

/** With the names of fields as protobuf-JSON has them. */
function inCamelCase(value: Json): Json {
  if (Array.isArray(value)) return value.map(inCamelCase)
  if (!isObject(value)) return value
  const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [camel(name), inCamelCase(inner ?? null)]))
}

function holdsPlanted(value: Json): boolean {
  const text = JSON.stringify(value)
  return text.includes(planted) || text.includes(plantedBytes)
}

test('what is planted would be found: without a mark it stays', () => {
  assert.ok(holdsPlanted(redact({ name: planted })))
  assert.ok(holdsPlanted(redact({ '@type': 'type.googleapis.com/x.Y', stat_prefix: planted })))
})
