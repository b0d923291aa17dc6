import { gunzipSync, gzipSync } from 'node:zlib'
import { isObject, type Json, objectOf, stringOf, stringsOf } from '../../src/envoy/json.ts'
import type { FuzzInput } from './program-input.ts'

/** An input as the text of a file in test/fuzz-cases. */
export function savedCase({ argv, files, answer, planted }: FuzzInput): string {
  const packed = (bytes: Buffer) => gzipSync(bytes, { level: 9 }).toString('base64')
  const content = {
    argv,
    planted,
    files: Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, packed(bytes)])),
    answer: answer && { ...answer, body: packed(answer.body) },
  }
  return `${JSON.stringify(content, null, 2)}\n`
}

/** The input of such a file. */
export function readCase(text: string): FuzzInput {
  const content: Json = JSON.parse(text)
  const { argv, files, answer, planted } = objectOf(content)
  const unpacked = (packed: unknown) => gunzipSync(Buffer.from(stringOf(packed) ?? '', 'base64'))
  return {
    argv: stringsOf(argv),
    files: Object.fromEntries(Object.entries(objectOf(files)).map(([name, packed]) => [name, unpacked(packed)])),
    planted: stringOf(planted),
    ...(isObject(answer)
      ? {
          answer: { status: Number(answer.status), headers: {}, body: unpacked(answer.body), cut: answer.cut === true },
        }
      : {}),
  }
}
