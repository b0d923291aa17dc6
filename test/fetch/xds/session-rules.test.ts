import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messageRegistry } from '../../../src/envoy/protobuf/message-registry.ts'
import { type AdsAnswer, adsSession } from '../../../src/fetch/xds/ads-session.ts'
import { askedTypes } from '../../../src/fetch/xds/ads-types.ts'
import {
  incremental,
  stateOfTheWorld,
  type TypeAnswer,
  type TypeRequest,
  type Variant,
} from '../../../src/fetch/xds/discovery-messages.ts'
import { FrameReader, framed } from '../../../src/fetch/xds/grpc-frames.ts'
import { readFields, textOf, writeMessage } from '../../../src/fetch/xds/protobuf.ts'
import { sentDump } from '../../../src/fetch/xds/sent-dump.ts'
import { any, urls } from './fake-ads-server.ts'
import { encoded, shop, snapshotOf } from './snapshots.ts'

type Kind = 'clusters' | 'listeners' | 'endpoints' | 'routes'

const kindOf = (typeUrl: string) => Object.entries(urls).find(([, url]) => url === typeUrl)?.[0] ?? typeUrl

/** One answer: its kind, the names of its resources among those of `shop`, and what else it says. */
interface Answer extends Partial<Omit<TypeAnswer, 'resources' | 'typeUrl'>> {
  readonly kind: Kind
  readonly names?: readonly string[]
  readonly versions?: readonly string[]
}

const all = snapshotOf(shop)

function answerOf({ kind, names = [], versions = [], ...more }: Answer): TypeAnswer {
  const resources = names.map((name, at) => ({
    name: undefined,
    version: versions[at],
    message: { typeUrl: urls[kind], value: all.get(urls[kind])?.resources.get(name) ?? new Uint8Array() },
  }))
  return { typeUrl: urls[kind], version: '', nonce: '', identifier: '', removed: [], ...more, resources }
}

/** A talk in which these answers come at once, one after the other, and then nothing. */
async function talk(isWhole: boolean, answers: readonly Answer[]): Promise<{ answer: AdsAnswer; said: string[] }> {
  const said: string[] = []
  const variant: Variant = {
    method: '',
    isWhole,
    request: ({ typeUrl, names, added, version, nonce, node }: TypeRequest) => {
      const words = [kindOf(typeUrl), `[${names}]`, `+[${added}]`, version, nonce, node === undefined ? '' : 'node']
      said.push(words.filter((word) => word !== '').join(' '))
      return new Uint8Array()
    },
    answer: ([at = 0]) => answerOf(answers[at] ?? { kind: 'clusters' }),
  }
  let next = 0
  const reader = { registry: messageRegistry(), unknown: () => undefined }
  const patience = { whole: 1, part: 2, none: 3 }
  const answer = await adsSession(
    { node: Buffer.from('n'), variant, reader, label: 'x', patience },
    {
      send: () => undefined,
      next: async () => (next < answers.length ? Uint8Array.of(next++) : undefined),
    },
  )
  return { answer, said }
}

const namesOf = ({ kinds }: AdsAnswer) =>
  Object.fromEntries(
    [...kinds].map(([kind, { resources, absent, version }]) => [
      kind,
      `${[...resources].map(([name, each]) => `${name}@${each.version}`)} -${absent} ${version}`.trim(),
    ]),
  )

test('the node is told once; each answer is acknowledged by its version and nonce, with all names that are wanted', async () => {
  const { answer, said } = await talk(true, [
    { kind: 'clusters', names: ['api', 'fixed'], version: '7', nonce: 'c', identifier: 'one' },
    { kind: 'endpoints', names: ['shop/api'], version: '8', nonce: 'e' },
    { kind: 'listeners', names: ['web'], version: '9', nonce: 'l', identifier: 'two' },
    { kind: 'routes', names: ['web'], version: '10', nonce: 'r' },
  ])
  assert.deepEqual(said, [
    'clusters [] +[] node',
    'listeners [] +[]',
    'clusters [] +[] 7 c',
    'endpoints [shop/api] +[shop/api]',
    'endpoints [shop/api] +[] 8 e',
    'listeners [] +[] 9 l',
    'routes [web] +[web]',
    'routes [web] +[] 10 r',
  ])
  assert.deepEqual(namesOf(answer), {
    clusters: 'api@7,fixed@7 - 7',
    endpoints: 'shop/api@8 - 8',
    listeners: 'web@9 - 9',
    routes: 'web@10 - 10',
  })
  assert.deepEqual([answer.identifier, answer.unanswered, answer.strange], ['two', [], []])
})

test('an answer with all clusters replaces those before it, one with a part of the endpoints does not; incremental ones add', async () => {
  const answers: Answer[] = [
    { kind: 'clusters', names: ['api'], version: '1' },
    { kind: 'endpoints', names: ['shop/api'], version: '1' },
    { kind: 'clusters', names: ['fixed'], version: '2' },
    { kind: 'endpoints', version: '2' },
    { kind: 'listeners' },
  ]
  assert.deepEqual(namesOf((await talk(true, answers)).answer), {
    clusters: 'fixed@2 - 2',
    listeners: '-',
    endpoints: 'shop/api@1 - 2',
    routes: '-',
  })
  const added = await talk(false, answers)
  assert.deepEqual(namesOf(added.answer).clusters, 'api@1,fixed@2 - 2')
})

test('incremental: what is removed is absent, what is named anew is asked for without an acknowledgement', async () => {
  const { answer, said } = await talk(false, [
    { kind: 'clusters', names: ['api', 'fixed'], versions: ['a', 'b'], version: '1', nonce: 'c' },
    { kind: 'clusters', removed: ['fixed', 'never'], version: '2', nonce: 'd' },
    { kind: 'endpoints', removed: ['shop/api'], version: '3', nonce: 'e' },
    { kind: 'listeners', names: ['web'], nonce: 'l' },
  ])
  assert.deepEqual(namesOf(answer), { clusters: 'api@a - 2', listeners: 'web@ -', endpoints: '-shop/api 3' })
  assert.deepEqual(answer.unanswered, ['routes'])
  assert.deepEqual(said.slice(2), [
    'clusters [] +[] 1 c',
    'endpoints [shop/api] +[shop/api]',
    'clusters [] +[] 2 d',
    'endpoints [shop/api] +[] 3 e',
    'listeners [] +[] l',
    'routes [web] +[web]',
  ])
})

test('what a cluster and a listener refer to, and what lies in files', () => {
  const { clusters, listeners, endpoints, routes } = askedTypes
  const eds = (fields: object) => clusters.names(JSON.parse(JSON.stringify({ name: 'n', type: 'EDS', ...fields })))
  assert.deepEqual(eds({}), ['n'])
  assert.deepEqual(eds({ edsClusterConfig: { serviceName: 's', edsConfig: { ads: {} } } }), ['s'])
  assert.deepEqual(eds({ edsClusterConfig: { serviceName: '' } }), ['n'])
  assert.deepEqual(eds({ type: 'STATIC' }), [])
  for (const edsConfig of [{ path: 'f' }, { pathConfigSource: { path: 'f' } }])
    assert.deepEqual(eds({ edsClusterConfig: { edsConfig } }), [])
  const rds = (routeConfigName: unknown, configSource: object = { ads: {} }) => ({
    rds: { routeConfigName, configSource },
  })
  const listener = {
    a: [{ b: rds('one') }, rds('two'), rds('one'), rds(7), rds('file', { path: 'f' })],
    c: { d: null, e: rds('file', { pathConfigSource: {} }), rds: 'no object' },
  }
  assert.deepEqual([...listeners.names(JSON.parse(JSON.stringify(listener)))].sort(), ['one', 'two'])
  assert.deepEqual([endpoints.names({}), routes.names({})], [[], []])
})

const text = (number: number, value: string) => [number, value] as const

test('requests on the wire: what each variant says, and what it leaves out', () => {
  const request = { typeUrl: 't', names: ['a', 'b'], added: ['b'], version: 'v', nonce: 'n', node: Buffer.from('N') }
  const fields = (bytes: Uint8Array) => [...readFields(bytes)].map(({ number, bytes }) => `${number}=${textOf(bytes)}`)
  assert.deepEqual(fields(stateOfTheWorld.request(request)), ['1=v', '2=N', '3=a', '3=b', '4=t', '5=n'])
  assert.deepEqual(fields(incremental.request(request)), ['1=N', '2=t', '3=b', '6=n'])
  const first = { ...request, names: [], added: [], version: '', nonce: '', node: undefined }
  assert.deepEqual(fields(stateOfTheWorld.request(first)), ['4=t'])
  assert.deepEqual(fields(incremental.request(first)), ['2=t'])
})

test('answers on the wire: each field by its number', () => {
  const packed = any('u', Buffer.from('x'))
  const control = writeMessage([text(2, 'no'), text(1, 'istiod')])
  const head = [text(1, 'v'), text(4, 't'), text(5, 'n'), text(3, 'no')] as const
  const message = { typeUrl: 'u', value: Buffer.from('x') }
  assert.deepEqual(stateOfTheWorld.answer(writeMessage([...head, [2, packed], [6, control]])), {
    typeUrl: 't',
    version: 'v',
    nonce: 'n',
    identifier: 'istiod',
    removed: [],
    resources: [{ name: undefined, version: undefined, message }],
  })
  const resource = writeMessage([text(1, 'rv'), [2, packed], text(3, 'rn'), text(4, 'alias')])
  assert.deepEqual(incremental.answer(writeMessage([...head, [2, resource], text(6, 'gone'), [7, control]])), {
    typeUrl: 't',
    version: 'v',
    nonce: 'n',
    identifier: 'istiod',
    removed: ['gone'],
    resources: [{ name: 'rn', version: 'rv', message }],
  })
  const empty = incremental.answer(writeMessage([[2, Buffer.alloc(0)]])).resources
  assert.deepEqual(empty, [{ name: '', version: '', message: { typeUrl: '', value: new Uint8Array() } }])
})

test('a dump has the resources in the order of their names, and versions where Envoy has them', () => {
  const sent = (version: string, ...names: string[]) => ({
    version,
    absent: [],
    resources: new Map(names.map((name) => [name, { version: `${name}1`, resource: { name } }])),
  })
  const kinds: AdsAnswer['kinds'] = new Map([
    ['clusters', sent('7', 'b', 'a')],
    ['listeners', sent('8', 'z', 'c')],
    ['endpoints', sent('9', 'e')],
    ['routes', sent('10', 'r')],
  ])
  const type = (name: string) => ({ '@type': `type.googleapis.com/envoy.admin.v3.${name}` })
  assert.deepEqual(sentDump({ kinds, unanswered: [], identifier: '', strange: [] }), {
    configs: [
      {
        ...type('ClustersConfigDump'),
        versionInfo: '7',
        dynamicActiveClusters: ['a', 'b'].map((name) => ({ versionInfo: `${name}1`, cluster: { name } })),
      },
      {
        ...type('ListenersConfigDump'),
        versionInfo: '8',
        dynamicListeners: ['c', 'z'].map((name) => ({
          name,
          activeState: { versionInfo: `${name}1`, listener: { name } },
        })),
      },
      {
        ...type('EndpointsConfigDump'),
        dynamicEndpointConfigs: [{ versionInfo: 'e1', endpointConfig: { name: 'e' } }],
      },
      { ...type('RoutesConfigDump'), dynamicRouteConfigs: [{ versionInfo: 'r1', routeConfig: { name: 'r' } }] },
    ],
  })
})

/** The messages that are read when bytes come in pieces of a length, and why it ended. */
function frames(bytes: Buffer, size: number, maxSize: number): string {
  const reader = new FrameReader(maxSize)
  const found: string[] = []
  for (let at = 0; at < bytes.length; at += size) {
    const problem = reader.add(bytes.subarray(at, at + size), (message) => found.push(textOf(message)))
    if (problem !== undefined) return `${found} ${problem}`
  }
  return found.join()
}

test('messages of a call, cut anywhere, up to the limit', () => {
  const bytes = Buffer.concat(['abc', 'd', 'efgh'].map((text) => framed(Buffer.from(text))))
  for (let size = 1; size <= bytes.length; size++) assert.equal(frames(bytes, size, 100), 'abc,d,efgh', String(size))
  assert.equal(framed(Buffer.from('abc')).toString('hex'), '0000000003616263')
  const one = framed(Buffer.from('abc'))
  assert.equal(frames(one, 99, 3), 'abc')
  assert.equal(frames(one, 99, 2), ' too large')
  assert.equal(
    frames(Buffer.concat([one, one]), 99, 11),
    'abc,abc',
    'the head of the first counts not, those of others do',
  )
  assert.equal(frames(Buffer.concat([one, one]), 99, 10), 'abc too large')
  for (const flag of [1, 2, 255])
    assert.equal(frames(Buffer.from([flag, 0, 0, 0, 0]), 1, 9), ' compressed', String(flag))
  assert.equal(frames(Buffer.from([1, 0, 0, 0]), 99, 9), '', 'a head that is not whole says nothing')
})

test('a name of a resource is its own, and what an answer calls it where it has none', async () => {
  const nameless = encoded(urls.clusters, {})
  const variant: Variant = {
    ...incremental,
    request: () => new Uint8Array(),
    answer: ([at]) => ({
      typeUrl: at === 0 ? urls.clusters : urls.listeners,
      version: 'v',
      nonce: '',
      identifier: '',
      removed: [],
      resources: [
        {
          name: at === 0 ? 'given' : undefined,
          version: undefined,
          message: { typeUrl: at === 0 ? urls.clusters : urls.listeners, value: nameless },
        },
      ],
    }),
  }
  let next = 0
  const reader = { registry: messageRegistry(), unknown: () => undefined }
  const answer = await adsSession(
    { node: Buffer.alloc(0), variant, reader, label: 'x', patience: { whole: 1, part: 1, none: 1 } },
    { send: () => undefined, next: async () => (next < 2 ? Uint8Array.of(next++) : undefined) },
  )
  assert.deepEqual([...(answer.kinds.get('clusters')?.resources.keys() ?? [])], ['given'])
  assert.deepEqual(answer.strange, [`${urls.listeners} without a name`])
})
