import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isObject, type Json } from '../../src/envoy/json.ts'
import { toSnakeCase } from '../../src/envoy/proto-json/proto-json.ts'
import { redact } from '../../src/envoy/redaction/redact.ts'
import { fixture, inCamelCase, seeded } from '../analyses/diff/dumps.ts'

const fixtures = ['sidecar', 'gateway', 'certificates', 'authz', 'control-planes', 'tcp']

/** What is hidden in a value, by the path of each text that is another one than before. */
function hiddenIn(value: Json): string[] {
  const found: string[] = []
  const walk = (before: Json, after: Json, path: string): void => {
    if (Array.isArray(before) && Array.isArray(after))
      before.forEach((item, index) => {
        walk(item, after[index] ?? null, `${path}[${index}]`)
      })
    else if (isObject(before) && isObject(after))
      for (const [key, inner] of Object.entries(before)) walk(inner ?? null, after[key] ?? null, `${path}.${key}`)
    else if (before !== after) found.push(path)
  }
  walk(value, redact(value), '')
  return found
}

/** The paths of a dump in camelCase as its snake_case twin has them. */
function inSnakeCase(path: string): string {
  return path.replace(/\.([a-z][A-Za-z0-9]*)/g, (_, key: string) => {
    return `.${key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`
  })
}

for (const name of fixtures) {
  test(`${name}: hiding twice is hiding once, and the case of field names does not matter`, () => {
    const dump = fixture(name)
    const once = redact(dump)
    assert.deepEqual(redact(once), once)
    const camel = inCamelCase(dump)
    assert.deepEqual(hiddenIn(camel).map(inSnakeCase), hiddenIn(dump).map(inSnakeCase))
    assert.deepEqual(
      toSnakeCase(redact(camel), 'envoy.admin.v3.ConfigDump'),
      redact(toSnakeCase(camel, 'envoy.admin.v3.ConfigDump')),
    )
  })
}

test('these dumps have something to hide', () => {
  assert.ok(fixtures.flatMap((name) => hiddenIn(fixture(name))).length > 0)
})

test('a secret that is planted anywhere under its field is never in what is printed', () => {
  const random = seeded(11)
  const fields = ['inline_string', 'inlineString', 'inline_bytes', 'private_key', 'password', 'client_secret']
  for (let round = 0; round < 200; round++) {
    const secret = `s3cr3t-${Math.floor(random() * 1e9)}-plain`
    const field = fields[Math.floor(random() * fields.length)] ?? ''
    const own = field.startsWith('inline')
      ? { [field]: secret }
      : { [field]: random() < 0.5 ? secret : { inline_string: secret } }
    let value: Json = field.startsWith('inline') ? { private_key: own } : own
    for (let depth = Math.floor(random() * 6); depth > 0; depth--)
      value = random() < 0.5 ? [value] : { [`a${depth}`]: value }
    assert.ok(!JSON.stringify(redact(value)).includes(secret), JSON.stringify(value))
  }
})
