import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf } from '../../../src/envoy/json.ts'
import { openGateways } from './gateway.ts'
import { settled } from './until.ts'

const { lab, all, run } = await openGateways()
const gateway = all.find(({ name }) => name === 'Envoy Gateway')
const egctl = lab.env.LAB_EGCTL ?? ''
const isBuilt = existsSync(egctl)
if (isBuilt && gateway !== undefined) await settled(gateway, run)
if (!isBuilt) console.error('NOT RUN: nothing is compared with egctl, which is not built: npm run lab build egctl')
const place = [gateway?.proxy.name ?? '', '-n', gateway?.proxy.namespace ?? '']

/** The section that egctl prints for the proxy. */
async function section(kind: string): Promise<JsonObject> {
  const { code, stdout, stderr } = await lab.run(egctl, ['config', 'envoy-proxy', kind, ...place, '-o', 'json'])
  assert.equal(code, 0, stderr)
  const [pods] = Object.values(objectOf(JSON.parse(stdout)))
  return objectOf(Object.values(objectOf(pods))[0])
}

async function ours(command: string): Promise<JsonObject[]> {
  const { code, stdout, stderr } = await run(command, ...place, '-o', 'json')
  assert.equal(code, 0, stderr)
  return [...objectsOf(JSON.parse(stdout))]
}

const listOf = (section: JsonObject, key: string, member: string) =>
  objectsOf(section[key]).map((entry) => objectOf(entry[member]))

interface Kind {
  /** What egctl calls it. */
  readonly theirs: string
  readonly command: string
  /** The resources of egctl's section. */
  resources(section: JsonObject): readonly JsonObject[]
  /** Whether we print the resource as well; else only its name is compared. */
  readonly isWhole: boolean
}

const kinds: readonly Kind[] = [
  {
    theirs: 'cluster',
    command: 'clusters',
    resources: (from) => [
      ...listOf(from, 'dynamicActiveClusters', 'cluster'),
      ...listOf(from, 'staticClusters', 'cluster'),
    ],
    isWhole: true,
  },
  {
    theirs: 'listener',
    command: 'listeners',
    resources: (from) => [
      ...listOf(from, 'dynamicListeners', 'activeState').map(({ listener }) => objectOf(listener)),
      ...listOf(from, 'staticListeners', 'listener'),
    ],
    isWhole: true,
  },
  {
    theirs: 'route',
    command: 'routes',
    resources: (from) => [
      ...listOf(from, 'dynamicRouteConfigs', 'routeConfig'),
      ...listOf(from, 'staticRouteConfigs', 'routeConfig'),
    ],
    isWhole: true,
  },
  {
    theirs: 'endpoint',
    command: 'endpoints',
    resources: (from) =>
      [
        ...listOf(from, 'dynamicEndpointConfigs', 'endpointConfig'),
        ...listOf(from, 'staticEndpointConfigs', 'endpointConfig'),
      ].map(({ clusterName, ...rest }) => ({ ...rest, name: clusterName })),
    isWhole: false,
  },
]

/** Places at which a value of theirs is not in ours. */
function missingIn(theirs: Json | undefined, own: Json | undefined, path: string): string[] {
  if (Array.isArray(theirs)) {
    if (!Array.isArray(own) || own.length !== theirs.length) return [`${path}: ${theirs.length} against ${own}`]
    return theirs.flatMap((one, index) => missingIn(one, own[index], `${path}[${index}]`))
  }
  if (isObject(theirs)) {
    if (!isObject(own)) return [`${path}: an object against ${own}`]
    return Object.entries(theirs).flatMap(([key, one]) => missingIn(one, own[key], `${path}.${key}`))
  }
  return theirs === own ? [] : [`${path}: ${theirs} against ${own}`]
}

const nameOf = (resource: JsonObject): string => stringOf(resource.name) ?? ''
const byName = (a: JsonObject, b: JsonObject): number => (nameOf(a) < nameOf(b) ? -1 : 1)
const values = (value: Json | undefined): number =>
  isObject(value) || Array.isArray(value)
    ? Object.values(value).reduce<number>((sum, each) => sum + values(each), 0)
    : 1

for (const { theirs, command, resources, isWhole } of kinds) {
  test(`egctl config envoy-proxy ${theirs}: what it shows is in ${command} -o json`, { skip: !isBuilt }, async (t) => {
    const shown = resources(await section(theirs)).toSorted(byName)
    const own = (await ours(command)).toSorted(byName)
    assert.ok(shown.length > 0)
    assert.deepEqual(own.map(nameOf), shown.map(nameOf))
    const differs = isWhole ? shown.flatMap((each, index) => missingIn(each, own[index], nameOf(each))) : []
    assert.deepEqual(differs, [])
    const what = isWhole ? `, ${shown.reduce((sum, each) => sum + values(each), 0)} values` : ''
    t.diagnostic(`${shown.length} ${command} on both sides${what}`)
  })
}

test('egctl config envoy-proxy all: the same sections, and secrets by the same names', {
  skip: !isBuilt,
}, async (t) => {
  const sections = objectsOf((await section('all')).configs)
  const secrets = sections.find((each) => stringOf(each['@type'])?.endsWith('.SecretsConfigDump') === true) ?? {}
  const shown = ['staticSecrets', 'dynamicActiveSecrets'].flatMap((key) => objectsOf(secrets[key])).toSorted(byName)
  const { stdout } = await run('secrets', ...place, '-o', 'name')
  assert.deepEqual(
    [
      ...new Set(
        stdout
          .trim()
          .split('\n')
          .map((name) => name.replace('secret/', '')),
      ),
    ].sort(),
    shown.map(nameOf),
  )
  t.diagnostic(`${sections.length} sections, ${shown.length} secrets on both sides`)
})
