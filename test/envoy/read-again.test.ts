import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { authzPolicies } from '../../src/analyses/authz/policies.ts'
import { describePod } from '../../src/analyses/describe/describe-pod.ts'
import { describeService } from '../../src/analyses/describe/describe-service.ts'
import { diffDumps } from '../../src/analyses/diff/diff-dumps.ts'
import { ownStatus } from '../../src/analyses/status/own-status.ts'
import type { ConfigDump, Entry } from '../../src/envoy/dump/config-dump.ts'
import { SectionDump } from '../../src/envoy/dump/section-dump.ts'
import { envoyLayout } from '../../src/envoy/input/envoy-layout.ts'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import { inMemory } from '../../src/envoy/input/stored-bytes.ts'
import { kinds } from '../../src/envoy/kinds.ts'
import { dumpDocument } from '../../src/resources/dump-document.ts'
import { resourceKinds } from '../../src/resources/index.ts'
import type { AnyResourceKind } from '../../src/resources/resource-kind.ts'
import type { Document } from '../../src/view.ts'
import { knownUrls } from '../../src/walk/request/known-urls.ts'
import { resolveRequest } from '../../src/walk/request/resolve-request.ts'
import { trace } from '../../src/walk/trace.ts'

const root = join(import.meta.dirname, '../..')
const fixtures = globSync('test/fixtures/*/config_dump*.json', { cwd: root }).map((path) => join(root, path))
const now = new Date('2026-01-01T00:00:00Z')

/** Two dumps of the same bytes: one holds all that it has parsed, the other an entry at a time. */
async function bothOf(path: string): Promise<{ held: ConfigDump; again: ConfigDump } | undefined> {
  const bytes = readFileSync(path)
  const layout = envoyLayout(inMemory(bytes), 'dump')
  if (layout === undefined) return undefined
  const compact = Buffer.from(JSON.stringify(JSON.parse(bytes.toString())))
  return { held: await readDump(compact, 'dump'), again: new SectionDump(layout.sections, [], undefined, 0) }
}

function wholeOf(document: Document): unknown {
  if ('value' in document) return document.value
  if ('list' in document) return [...document.list]
  if ('documents' in document) return document.documents.map(wholeOf)
  return Object.fromEntries(document.fields.map(([name, inner]) => [name, wholeOf(inner)]))
}

const questions: Readonly<Record<string, (dump: ConfigDump) => unknown>> = {
  status: (dump) => ownStatus({ name: 'x', dump, now }),
  policies: (dump) => authzPolicies(dump),
  pod: (dump) => describePod(dump),
  services: (dump) => [undefined, 'default'].map((namespace) => describeService(dump, { name: 'reviews', namespace })),
  traces: (dump) =>
    knownUrls(dump)
      .flat()
      .slice(0, 12)
      .map((url) => {
        try {
          return trace({ dump, request: resolveRequest({ url }, dump).request, explain: true, now })
        } catch (error) {
          return String(error)
        }
      }),
  document: (dump) => wholeOf(dumpDocument(resourceKinds, dump, { wanted: () => ({}), now, camelCase: true })),
  received: (dump) => wholeOf(dumpDocument(resourceKinds, dump, { wanted: () => ({}), now, camelCase: false })),
  ...Object.fromEntries(
    Object.entries({ name: '9080', fqdn: 'reviews', domain: 'reviews', port: '80', state: 'active' }).map(
      ([filter, value]) => [
        `document with --${filter}`,
        (dump: ConfigDump) => {
          const wanted = ({ filters }: AnyResourceKind) =>
            filters.some(({ name }) => name === filter) ? { [filter]: value } : {}
          return wholeOf(dumpDocument(resourceKinds, dump, { wanted, now, camelCase: true }))
        },
      ],
    ),
  ),
}

test('a dump of which one entry is held at a time answers every question as one that is held', async () => {
  assert.ok(fixtures.length >= 15)
  let compared = 0
  for (const path of fixtures) {
    const dumps = await bothOf(path)
    if (dumps === undefined) continue
    for (const [name, ask] of Object.entries(questions)) {
      assert.deepEqual(ask(dumps.again), ask(dumps.held), `${name} of ${path}`)
      compared++
    }
    if (!(['clusters', 'listeners', 'routes'] as const).every((kind) => dumps.held.has(kind))) continue
    const { kinds: differences } = diffDumps(dumps.again, dumps.held)
    const found = differences.flatMap(({ changed, onlyInEnvoy, onlyInControlPlane }) => [
      ...changed.map(({ name: changedName }) => changedName),
      ...onlyInEnvoy,
      ...onlyInControlPlane,
    ])
    assert.deepEqual(found, [], path)
  }
  assert.ok(compared > 150, `${compared}`)
})

test('entries give up what they hold, and keep who they are', async () => {
  const dumps = await bothOf(join(root, 'test/fixtures/sidecar/config_dump.json'))
  assert.ok(dumps !== undefined)
  for (const kind of kinds) {
    const entries: readonly Entry[] = dumps.again.entries(kind)
    const [first, ...others] = entries
    if (first === undefined || others.length === 0) continue
    const { resource, member } = first
    for (const entry of others) assert.ok(entry.resource)
    assert.notEqual(first.resource, resource, kind)
    assert.deepEqual(first.resource, resource, kind)
    assert.equal(first.member, member, kind)
    assert.equal(dumps.again.entries(kind)[0], first, kind)
  }
})
