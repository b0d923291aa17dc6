import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { AppError } from '../../src/errors.ts'
import { boundedBody } from '../../src/fetch/bounded-body.ts'
import { limits } from '../../src/fetch/limits.ts'

interface Answer {
  readonly status?: number | undefined
  readonly headers?: Readonly<Record<string, string>>
  readonly chunks?: readonly string[]
  readonly maxSize?: number
}

/** What is read of an answer, how much of it was told as it came, or how it failed. */
async function read({ status = 200, headers = {}, chunks = [], maxSize }: Answer): Promise<string> {
  const body = Readable.from(chunks.map((chunk) => Buffer.from(chunk)))
  const response = Object.assign(body, { statusCode: status, headers }) as unknown as IncomingMessage
  const came: number[] = []
  try {
    const { body, cut } = await boundedBody(response, 'x', maxSize, (bytes) => came.push(bytes))
    const text = body.length > 20 ? `${body.length} bytes` : body.toString()
    return `${text}${cut ? ' …' : ''} [${came}]`
  } catch (error) {
    assert.ok(error instanceof AppError, String(error))
    return `${error.code}: ${error.message} [${came}]`
  }
}

test('a body up to the limit, and not a byte more', async () => {
  for (const [answer, expected] of [
    [{ chunks: ['ab', 'c'], maxSize: 3 }, 'abc [2,1]'],
    [{ chunks: ['ab', 'cd'], maxSize: 3 }, 'too-large: the answer from x is larger than 3 bytes [2,2]'],
    [{ chunks: [] }, ' []'],
    [{ chunks: ['ab'] }, 'ab [2]'],
    [{ headers: { 'content-length': '3' }, chunks: ['abc'], maxSize: 3 }, 'abc [3]'],
    [
      { headers: { 'content-length': '4' }, chunks: ['a'], maxSize: 3 },
      'too-large: the answer from x is larger than 3 bytes []',
    ],
    [{ headers: { 'content-length': 'x' }, chunks: ['a'], maxSize: 3 }, 'a [1]'],
    [{ headers: { 'content-encoding': 'identity' }, chunks: ['a'] }, 'a [1]'],
    [
      { headers: { 'content-encoding': 'gzip' }, chunks: ['a'] },
      'unexpected-answer: the answer from x is compressed (gzip), which was not asked for []',
    ],
    [
      { headers: { 'content-encoding': 'g'.repeat(50) }, chunks: ['a'] },
      `unexpected-answer: the answer from x is compressed (${'g'.repeat(40)}), which was not asked for []`,
    ],
  ] satisfies [Answer, string][])
    assert.equal(await read(answer), expected, JSON.stringify(answer))
})

test('which statuses are a success', async () => {
  const chunks = ['abcd']
  for (const [status, isSuccess] of [
    [undefined, true],
    [199, false],
    [200, true],
    [204, true],
    [299, true],
    [300, false],
    [404, false],
  ] as const) {
    const expected = isSuccess ? 'too-large: the answer from x is larger than 3 bytes [4]' : 'abcd [4]'
    assert.equal(await read({ status, chunks, maxSize: 3 }), expected, String(status))
  }
})

test('of a status that is no success the beginning: compressed or not, however long it says it is', async () => {
  const text = 'x'.repeat(limits.errorText)
  for (const [answer, expected] of [
    [{ chunks: ['a', 'b'] }, 'ab [1,1]'],
    [{ chunks: ['a'], headers: { 'content-encoding': 'gzip', 'content-length': '99999999' }, maxSize: 1 }, 'a [1]'],
    [{ chunks: [text.slice(1)] }, `65535 bytes [65535]`],
    [{ chunks: [text] }, `65536 bytes … [65536]`],
    [{ chunks: ['a', text, 'never read'] }, `65536 bytes … [1,65536]`],
  ] satisfies [Answer, string][])
    assert.equal(await read({ status: 500, ...answer }), expected)
})
