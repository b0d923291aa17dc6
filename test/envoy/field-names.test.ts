import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { DescMessage } from '@bufbuild/protobuf'
import { messageRegistry } from '../../src/envoy/protobuf/message-registry.ts'

const root = join(import.meta.dirname, '../..')

/** Every field of every message that a dump can hold, with what Envoy called it before. */
function fieldNames(): Set<string> {
  const names = new Set<string>()
  const add = (message: DescMessage): void => {
    for (const field of message.fields) {
      names.add(field.name)
      if (field.oneof !== undefined) names.add(field.oneof.name)
    }
    message.nestedMessages.forEach(add)
  }
  for (const type of messageRegistry()) if (type.kind === 'message') add(type)
  return names
}

test('every field that the sources read by name is one of Envoy, or known to be from elsewhere', () => {
  const known = fieldNames()
  assert.ok(known.size > 2000, 'the descriptors were read')
  const files = globSync('src/{semantics,walk,resources,analyses,envoy}/**/*.ts', { cwd: root }).filter(
    (file) => !file.endsWith('.generated.ts'),
  )
  const unknown = new Map<string, string>()
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'|`[^`]*`/g, "''")
    for (const name of namesRead(text)) if (!known.has(name) && !elsewhere.has(name)) unknown.set(name, file)
  }
  assert.deepEqual(Object.fromEntries(unknown), {})
})

/** Names with an underscore that are read as a property or taken out of an object. Names of one word cannot be told from others. */
function* namesRead(text: string): Generator<string> {
  const snake = /[a-z][a-z0-9]*(?:_[a-z0-9]+)+/
  for (const [, name = ''] of text.matchAll(new RegExp(`\\.(${snake.source})\\b(?!\\()`, 'g'))) yield name
  for (const [, inner = ''] of text.matchAll(/\{([^{}]*)\}\s*(?:=(?![=>])|:\s*[A-Z])/g))
    for (const [, name = ''] of inner.matchAll(new RegExp(`(?:^|,)\\s*(${snake.source})\\b`, 'g'))) yield name
}

/** Names that are read and are no fields of API v3, by where they are from. */
const elsewhere: ReadonlySet<string> = new Set([
  // Fields of API v2.
  'allow_origin',
  'allow_origin_regex',
  'auto_host_rewrite_header',
  'build_version',
  'regex_match',
  'sni_domains',
  'verify_subject_alt_name',
  'destination_ip_list',
  'destination_ports',
  'source_ip_list',
  // A field of Mixer's client configuration, before Istio 1.8.
  'disable_check_calls',
  // A key of the metadata of a route, not a field.
  'fallback_list',
  // Filters whose messages are not among the descriptors: Go plugins, Istio's authentication up to 1.21.
  'plugin_name',
  'plugins_config',
  'origin_is_optional',
  'peer_is_optional',
  // Envoy's router check format.
  'additional_request_headers',
  'random_value',
  'request_header_matches',
  'response_header_matches',
  // Client status (CSDS) and istiod's own pages.
  'control_plane',
  'endpoint_percent',
  'generic_xds_configs',
  'istio_version',
  'proxy_type',
  'proxy_version',
  'xds_config',
])
