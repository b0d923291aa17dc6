import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import { isObject, type Json, type JsonObject, listOf, objectOf, objectsOf, stringOf } from '../../src/envoy/json.ts'
import { type Kind, sections } from '../../src/envoy/kinds.ts'
import { toCamelCase, toSnakeCase } from '../../src/envoy/proto-json/proto-json.ts'
import { corpus, hasCorpus } from './corpus.ts'

test('every key and value that istioctl prints as JSON is in ours', (t) => {
  if (!hasCorpus(t)) return
  const differences: string[] = []
  const counted = { documents: 0, values: 0 }
  for (const pod of ['ecds', 'gateway', 'nack', 'sidecar', 'warmclusters', 'warmlisteners']) {
    const ours = ourJson(pod)
    for (const kind of ['clusters', 'listeners', 'routes', 'endpoints', 'bootstrap', 'secret', 'ecds'] as const) {
      const theirs = istioctlJson(pod, kind)
      if (theirs === undefined) continue
      counted.documents++
      for (const item of listOf(theirs)) {
        // Resources may share a name, or have none (inline routes): one of those must hold everything.
        const found = ours[kind].filter((own) => !isObject(item) || own.name === item.name)
        const lacks = found.map((own) => lacking(item, own, `${pod} ${kind}`))
        lacks.sort((a, b) => a.length - b.length)
        differences.push(...(lacks[0] ?? [`${pod} ${kind}: no ${stringOf(objectOf(item).name)}`]))
        counted.values += leaves(item).length
      }
    }
  }
  t.diagnostic(`${counted.documents} documents of istioctl, ${counted.values} values`)
  // istioctl reads the dump into messages and prints them again. It changes no value that Envoy had printed: durations,
  // numbers, 64-bit strings, enum names and bytes are spelled alike, and Envoy leaves out defaults as istioctl does.
  // It only drops what stands around a resource: the outer `@type`, and the bootstrap's `lastUpdated`.
  assert.deepEqual(differences, [])
  // Of 6 pods x 7 kinds, istioctl has no JSON for 4 ecds, 2 listeners and 1 routes: no such section, or nothing but warming.
  assert.equal(counted.documents, 35)
  assert.ok(counted.values > 20_000)
})

test('every message of the corpus converts there and back', (t) => {
  if (!hasCorpus(t)) return
  const counted = { files: 0, snake: 0, camel: 0, mixed: 0, neither: 0, values: 0 }
  for (const file of ['dumps', 'assembled', 'lab/raw'].flatMap(filesBelow)) {
    const found = messages(parse(readFileSync(join(corpus, file), 'utf8')))
    if (found.length > 0) counted.files++
    for (const { type, message } of found) {
      const camel = toCamelCase(message, type)
      const snake = toSnakeCase(message, type)
      const spelling = spellingOf(message)
      counted[spelling]++
      if (spelling === 'snake') {
        assert.equal(snake, message, file)
        assert.deepEqual(toSnakeCase(camel, type), message, file)
      }
      if (spelling === 'camel') {
        assert.equal(camel, message, file)
        assert.deepEqual(toCamelCase(snake, type), message, file)
      }
      assert.deepEqual(toSnakeCase(camel, type), snake, file)
      assert.deepEqual(toCamelCase(snake, type), camel, file)
      const values = leaves(message)
      assert.deepEqual(leaves(camel), values, file)
      assert.deepEqual(leaves(snake), values, file)
      counted.values += values.length
    }
  }
  t.diagnostic(JSON.stringify(counted))
  assert.ok(counted.files >= 500 && counted.snake >= 800 && counted.camel >= 1500 && counted.values >= 500_000)
})

interface Typed {
  readonly type: string
  readonly message: JsonObject
}

/** The outermost messages of a document: objects with an `@type`, Kuma's resources below a type URL, the /clusters reply. */
function messages(document: Json | undefined): Typed[] {
  const found: Typed[] = []
  const queue: { readonly value: Json | undefined; readonly type?: string }[] = [{ value: document }]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { value } = next
    if (Array.isArray(value)) queue.push(...value.map((item) => ({ value: item })))
    else if (isObject(value)) {
      const type = stringOf(value['@type']) ?? next.type
      if (type !== undefined) found.push({ type: type.slice(type.lastIndexOf('/') + 1), message: value })
      else if (value.cluster_statuses ?? value.clusterStatuses)
        found.push({ type: 'envoy.admin.v3.Clusters', message: value })
      else queue.push(...Object.entries(value).flatMap(([key, child]) => below(key, child)))
    }
  }
  return found
}

function below(key: string, value: Json | undefined) {
  if (!key.startsWith('type.googleapis.com/')) return [{ value }]
  return Object.values(objectOf(value)).map((resource) => ({ value: resource, type: key }))
}

const telling = [
  ...[
    'last_updated',
    'version_info',
    'typed_config',
    'socket_address',
    'connect_timeout',
    'virtual_hosts',
    'remote_jwks',
  ],
  ...['dynamic_active_clusters', 'dynamic_active_secrets', 'static_clusters', 'build_version', 'cluster_statuses'],
]

/** How a message is spelled, by names that stand in field position only. */
function spellingOf(message: JsonObject): 'snake' | 'camel' | 'mixed' | 'neither' {
  const text = JSON.stringify(message)
  const snake = telling.some((name) => text.includes(`"${name}":`))
  const camel = telling.some((name) =>
    text.includes(`"${name.replace(/_./g, (part) => part.slice(1).toUpperCase())}":`),
  )
  if (snake && camel) return 'mixed'
  return snake ? 'snake' : camel ? 'camel' : 'neither'
}

/** All values of a tree in their order, each with its path; a key counts whatever its case. */
function leaves(tree: Json | undefined): string[] {
  const found: string[] = []
  const visit = (value: Json | undefined, path: string): void => {
    if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, `${path}[${index}]`)
    else if (isObject(value)) {
      found.push(`${path} {${Object.keys(value).length}}`)
      for (const [key, child] of Object.entries(value)) visit(child, `${path}.${key.replaceAll('_', '').toLowerCase()}`)
    } else found.push(`${path} ${JSON.stringify(value)}`)
  }
  visit(tree, '')
  return found
}

/** What `whole` lacks of `part`: keys, values, items of a list. */
function lacking(part: Json | undefined, whole: Json | undefined, path: string): string[] {
  if (Array.isArray(part)) {
    if (!Array.isArray(whole) || whole.length !== part.length) return [`${path}: not the same list`]
    return part.flatMap((item, index) => lacking(item, whole[index], `${path}[${index}]`))
  }
  if (!isObject(part)) return part === whole ? [] : [`${path}: ${JSON.stringify(part)} is ${JSON.stringify(whole)}`]
  if (!isObject(whole)) return [`${path}: no object`]
  return Object.entries(part).flatMap(([key, value]) => lacking(value, whole[key], `${path}.${key}`))
}

/** What the converted dump of a pod holds for each kind of istioctl. */
function ourJson(pod: string) {
  const read = (file: string): Json => JSON.parse(readFileSync(join(corpus, 'lab/raw', pod, file), 'utf8'))
  const dump = objectOf(toCamelCase(read('config_dump_include_eds.json'), 'envoy.admin.v3.ConfigDump'))
  const statuses = objectOf(toCamelCase(read('clusters_format_json.json'), 'envoy.admin.v3.Clusters'))
  const section = (kind: Kind) =>
    objectsOf(dump.configs).filter((config) => stringOf(config['@type'])?.endsWith(`.${sections[kind].message}`))
  const resources = (kind: Kind, field: string) =>
    section(kind)
      .flatMap((config) => Object.values(config).flatMap((list) => (Array.isArray(list) ? objectsOf(list) : [])))
      .flatMap((entry) => [entry, entry.activeState, entry.warmingState, entry.drainingState])
      .flatMap((state) => (isObject(state) ? objectsOf(state[field]) : []))
  return {
    clusters: resources('clusters', 'cluster'),
    listeners: resources('listeners', 'listener'),
    routes: resources('routes', 'routeConfig'),
    endpoints: objectsOf(statuses.clusterStatuses),
    bootstrap: section('bootstrap'),
    secret: section('secrets'),
    ecds: section('ecds'),
  }
}

/** What istioctl printed, without the command line before and the exit code after it; nothing when that is an error. */
function istioctlJson(pod: string, kind: string): Json | undefined {
  const text = readFileSync(join(corpus, 'lab/istioctl', `pc-${pod}-${kind}-json.txt`), 'utf8')
  return /^[[{]/m.test(text) ? parse(text) : undefined
}

/** JSON, also with lines around it; nothing for anything else. */
function parse(text: string): Json | undefined {
  const inner = text.slice(text.search(/^[[{]/m), Math.max(text.lastIndexOf('}'), text.lastIndexOf(']')) + 1)
  for (const candidate of [text, inner]) {
    try {
      return JSON.parse(candidate)
    } catch {}
  }
  return undefined
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(corpus, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(corpus, join(entry.parentPath, entry.name)))
}
