import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAILSAFE_SCHEMA, load } from 'js-yaml'
import { shortened } from '../../../src/fetch/kube/auth/long-scalars.ts'

const base64 = Buffer.alloc(1200, 'certificate').toString('base64')
const parsed = (text: string) => load(text, { schema: FAILSAFE_SCHEMA })

test('Base64 of certificates is not parsed, and is in the answer', () => {
  const text = `users:\n- user:\n    client-key-data: ${base64}\n    token: t\n- {user: {client-key-data: "${base64}"}}\n`
  const short = shortened(text)
  assert.ok(short.text.length < 200, short.text)
  assert.deepEqual(short.restored(parsed(short.text)), parsed(text))
})

test('every place of such a word gives what the parser makes of it', () => {
  for (const text of [
    `a: ${base64}`,
    `a: '${base64}'`,
    `a: "${base64}"`,
    `a: "\\n${base64}"`,
    `a: "x\\\n  ${base64}"`,
    `a: ${base64} ${base64}`,
    `a: ${base64}\n  ${base64}`,
    `a: |\n  ${base64}\n  end`,
    `a: >-\n  ${base64}\n  end`,
    `a: [${base64}, ${base64},x${base64}]`,
    `a: {b: ${base64}}`,
    `"${base64}": key`,
    `? ${base64}\n: key`,
    `a: &anchor ${base64}\nb: *anchor`,
    `a: b # ${base64}`,
    `a: ${base64}# no comment`,
    `a: ==${base64}==`,
    `scalar: scalar0e\nscalarx: ${base64}\nscalarx0e: x`,
    base64,
    `a: ${base64}\r\nb: ${base64}\r\n`,
  ]) {
    const short = shortened(text)
    assert.deepEqual(short.restored(parsed(short.text)), parsed(text), text.replaceAll(base64, 'BASE64'))
  }
})

test('what is not parsed is not there: an error is where it was', () => {
  const text = `a: ${base64}\nb: [${base64}\nc: d: e`
  const mark = (yaml: string) => {
    try {
      parsed(yaml)
    } catch (error) {
      return error instanceof Error && 'mark' in error ? (error.mark as { line: number }).line : undefined
    }
    return undefined
  }
  assert.ok(mark(text) !== undefined)
  assert.equal(mark(shortened(text).text), mark(text))
})
