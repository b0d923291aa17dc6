import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { messageRegistry } from '../../../src/envoy/protobuf/message-registry.ts'
import { nodeMessage } from '../../../src/envoy/protobuf/node-message.ts'
import { type AdsAnswer, adsSession } from '../../../src/fetch/xds/ads-session.ts'
import { incremental, stateOfTheWorld, type Variant } from '../../../src/fetch/xds/discovery-messages.ts'
import { withCall } from '../../../src/fetch/xds/grpc.ts'
import { sentDump } from '../../../src/fetch/xds/sent-dump.ts'
import { any, type FakeAdsServer, send, startFakeAdsServer, urls } from './fake-ads-server.ts'
import { encoded, shop, snapshotOf } from './snapshots.ts'

const variants = { 'state of the world': stateOfTheWorld, incremental }

interface Asking {
  readonly variant?: Variant
  readonly node?: { readonly id: string; readonly cluster?: string }
  readonly maxSize?: number
  readonly limit?: number
}

async function ask(
  server: FakeAdsServer,
  {
    variant = incremental,
    node = { id: 'edge-1', cluster: 'shop/edge' },
    maxSize = 2 ** 20,
    limit = 10_000,
  }: Asking = {},
): Promise<AdsAnswer> {
  const stream = connect(server.port, '127.0.0.1')
  const call = {
    stream,
    secure: false,
    authority: 'fake',
    method: variant.method,
    token: undefined,
    label: 'fake',
    limit,
    maxSize,
  }
  const reader = { registry: messageRegistry(), unknown: () => undefined }
  const patience = { whole: 50, part: 200, none: 400 }
  return withCall(call, (open) =>
    adsSession({ node: nodeMessage(node), variant, reader, label: 'fake', patience }, open),
  )
}

/** Runs a question against a server and closes it. */
async function against<T>(
  served: Parameters<typeof startFakeAdsServer>[0],
  question: (server: FakeAdsServer) => Promise<T>,
): Promise<T> {
  const server = await startFakeAdsServer(served)
  try {
    return await question(server)
  } finally {
    await server.close()
  }
}

const names = (answer: AdsAnswer) =>
  Object.fromEntries([...answer.kinds].map(([kind, { resources }]) => [kind, [...resources.keys()]]))

for (const [title, variant] of Object.entries(variants)) {
  test(`${title}: clusters and listeners, then what they name; each answer is taken, none rejected, no secret asked for`, async () => {
    await against({ snapshot: () => snapshotOf(shop, '7') }, async (server) => {
      const answer = await ask(server, { variant })
      assert.deepEqual(names(answer), {
        clusters: ['api', 'fixed'],
        listeners: ['web'],
        endpoints: ['shop/api'],
        routes: ['web'],
      })
      assert.deepEqual([answer.unanswered, answer.strange, answer.identifier], [[], [], 'fake'])
      assert.equal(answer.kinds.get('clusters')?.version, '7')
      const { requests } = server
      assert.deepEqual([...new Set(requests.map(({ typeUrl }) => typeUrl))].sort(), [
        urls.clusters,
        urls.endpoints,
        urls.listeners,
        urls.routes,
      ])
      assert.ok(requests.every(({ rejects }) => !rejects))
      const acknowledged = requests.filter(({ nonce }) => nonce !== '').map(({ typeUrl }) => typeUrl)
      assert.deepEqual([...new Set(acknowledged)].length, 4)
      assert.deepEqual([requests[0]?.id, requests[0]?.cluster, requests[1]?.id], ['edge-1', 'shop/edge', undefined])
    })
  })

  test(`${title}: a name that the control plane has not is said to be absent`, async () => {
    const written = { ...shop, endpoints: [] }
    const answer = await against({ snapshot: () => snapshotOf(written) }, (server) => ask(server, { variant }))
    assert.deepEqual(answer.kinds.get('endpoints')?.absent, ['shop/api'])
    assert.deepEqual(answer.unanswered, [])
  })

  test(`${title}: a control plane that has nothing at all for the proxy`, async () => {
    const answer = await against({ snapshot: () => snapshotOf({}) }, (server) => ask(server, { variant }))
    assert.deepEqual(names(answer), { clusters: [], listeners: [], endpoints: [], routes: [] })
  })

  test(`${title}: a control plane that does not know the node sends nothing, and that is said`, async () => {
    await assert.rejects(
      against({ snapshot: () => undefined }, (server) => ask(server, { variant })),
      /^AppError: fake accepted the request and sent nothing: it has no configuration for a proxy like this one$/,
    )
  })

  test(`${title}: a type without an answer`, async () => {
    const part = new Map([...snapshotOf(shop)].filter(([url]) => url !== urls.listeners))
    const answer = await against({ snapshot: () => part }, (server) => ask(server, { variant }))
    assert.deepEqual(answer.unanswered, ['listeners'])
    assert.deepEqual(Object.keys(names(answer)), ['clusters', 'endpoints'])
  })
}

test('an incremental answer has the version of each resource', async () => {
  const answer = await against({ snapshot: () => snapshotOf(shop) }, (server) => ask(server))
  assert.equal(answer.kinds.get('clusters')?.resources.get('api')?.version, 'v-api')
})

test('the answer as a dump', async () => {
  const answer = await against({ snapshot: () => snapshotOf(shop) }, (server) =>
    ask(server, { variant: stateOfTheWorld }),
  )
  const { configs } = sentDump(answer) as { configs: { '@type': string }[] }
  assert.deepEqual(configs[0], {
    '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump',
    versionInfo: '1',
    dynamicActiveClusters: [
      {
        versionInfo: '1',
        cluster: {
          '@type': urls.clusters,
          name: 'api',
          type: 'EDS',
          connectTimeout: '1s',
          edsClusterConfig: { edsConfig: { ads: {}, resourceApiVersion: 'V3' }, serviceName: 'shop/api' },
        },
      },
      { versionInfo: '1', cluster: { '@type': urls.clusters, name: 'fixed', type: 'STATIC', connectTimeout: '1s' } },
    ],
  })
  assert.deepEqual(
    configs.map((section) => section['@type'].split('.').at(-1)),
    ['ClustersConfigDump', 'ListenersConfigDump', 'EndpointsConfigDump', 'RoutesConfigDump'],
  )
})

const cluster = encoded(urls.clusters, { name: 'a' })

test('hostile: a message that claims more than the limit is refused before it is held', async () => {
  const hostile: Parameters<typeof startFakeAdsServer>[0]['hostile'] = (stream) => {
    stream.write(Buffer.from([0, 0x7f, 0xff, 0xff, 0xff]))
  }
  await assert.rejects(
    against({ snapshot: () => undefined, hostile }, (server) => ask(server)),
    /the answer from fake is larger than 1 MiB/,
  )
})

test('hostile: messages without end are counted together', async () => {
  const hostile: Parameters<typeof startFakeAdsServer>[0]['hostile'] = (stream) => {
    const large = [2, any(urls.clusters, new Uint8Array(100_000))] as const
    const more = () => {
      if (stream.destroyed) return
      send(stream, [[1, '1'], large, [4, urls.clusters], [5, 'n']])
      setImmediate(more)
    }
    more()
  }
  await assert.rejects(
    against({ snapshot: () => undefined, hostile }, (server) => ask(server)),
    /the answer from fake is larger than 1 MiB/,
  )
})

test('hostile: an answer that never becomes whole ends with the time', async () => {
  const hostile: Parameters<typeof startFakeAdsServer>[0]['hostile'] = (stream) => {
    const timer = setInterval(() => {
      if (stream.destroyed) clearInterval(timer)
      else
        send(stream, [
          [1, '1'],
          [2, any(urls.clusters, cluster)],
          [4, urls.clusters],
          [5, 'n'],
        ])
    }, 20)
  }
  await assert.rejects(
    against({ snapshot: () => undefined, hostile }, (server) =>
      ask(server, { variant: stateOfTheWorld, limit: 1_000 }),
    ),
    /^AppError: fake did not answer within 1 s$/,
  )
})

test('hostile: pushes that go on after the answer is whole keep nobody', async () => {
  const hostile: Parameters<typeof startFakeAdsServer>[0]['hostile'] = (stream) => {
    const timer = setInterval(() => {
      if (stream.destroyed) clearInterval(timer)
      else
        for (const url of [urls.clusters, urls.listeners])
          send(stream, [
            [1, '1'],
            [4, url],
            [5, 'n'],
          ])
    }, 10)
  }
  const answer = await against({ snapshot: () => undefined, hostile }, (server) =>
    ask(server, { variant: stateOfTheWorld }),
  )
  assert.deepEqual(answer.unanswered, [])
})

test('hostile: types that were not asked for, and resources of another type than their answer, are left out and named', async () => {
  const hostile: Parameters<typeof startFakeAdsServer>[0]['hostile'] = (stream) => {
    const secret = any(urls.secrets, Buffer.from('a key'))
    send(stream, [
      [1, '1'],
      [2, secret],
      [4, urls.secrets],
      [5, 'n'],
    ])
    send(stream, [
      [1, '1'],
      [2, secret],
      [2, any(urls.clusters, cluster)],
      [4, urls.clusters],
      [5, 'n'],
    ])
    send(stream, [
      [1, '1'],
      [2, any(urls.listeners, new Uint8Array())],
      [4, urls.listeners],
      [5, 'n'],
    ])
  }
  const answer = await against({ snapshot: () => undefined, hostile }, (server) =>
    ask(server, { variant: stateOfTheWorld }),
  )
  assert.deepEqual(names(answer), { clusters: ['a'], listeners: [], endpoints: [], routes: [] })
  assert.deepEqual(answer.strange, [`${urls.listeners} without a name`, urls.secrets].sort())
})

test('hostile: bytes that are no message, compression, and an end before the answer', async () => {
  const cases: readonly (readonly [Uint8Array | 'end', RegExp])[] = [
    [Buffer.from([0, 0, 0, 0, 2, 0xff, 0xff]), /^AppError: fake did not answer with what a discovery service sends$/],
    [Buffer.from([1, 0, 0, 0, 0]), /^AppError: fake answered with a compressed message, which was not asked for$/],
    ['end', /^AppError: fake closed the call without an answer$/],
  ]
  for (const [bytes, expected] of cases) {
    const hostile: Parameters<typeof startFakeAdsServer>[0]['hostile'] = (stream) =>
      void (bytes === 'end' ? stream.end() : stream.write(bytes))
    await assert.rejects(
      against({ snapshot: () => undefined, hostile }, (server) => ask(server)),
      expected,
    )
  }
})
