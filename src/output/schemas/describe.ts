import { listOf, record, text } from './json-schema.ts'

/** `describe -o json`: what concerns a pod or a service. */
export const concernsSchema = listOf(record({ part: text, name: text, does: text, object: text }))

/** `rootca-compare -o json`: each two proxies; whether they trust each other is null where one of them could not be read. */
export const trustSchema = listOf(
  record({ proxy: text, peer: text, trusted: { type: ['boolean', 'null'] }, reason: text }),
)
