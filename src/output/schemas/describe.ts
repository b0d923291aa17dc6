import { flag, listOf, record, text } from './json-schema.ts'

/** `describe -o json`: what concerns a pod or a service. */
export const concernsSchema = listOf(record({ part: text, name: text, does: text, object: text }))

/** `rootca-compare -o json`: each two proxies. */
export const trustSchema = listOf(record({ proxy: text, peer: text, trusted: flag, reason: text }))
