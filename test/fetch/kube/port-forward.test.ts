import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { openConnection } from '../../../src/fetch/kube/api/connection.ts'
import { resolveAccess } from '../../../src/fetch/kube/auth/resolve-access.ts'
import { connect, type KubeCluster } from '../../../src/fetch/kube/kube-cluster.ts'
import { portForward, sendFrame } from '../../../src/fetch/kube/proxy/port-forward.ts'
import { failureOf } from '../../app-error.ts'
import { type FakeApiServer, type FakeHandlers, startFakeApiServer, status, type Upgrade } from '../fake-api-server.ts'
import { testHost } from './test-host.ts'

const pod = { name: 'web', namespace: 'default' }
const request = { port: 15000, path: 'config_dump' }

async function withServer(
  handlers: FakeHandlers,
  use: (cluster: KubeCluster, server: FakeApiServer) => Promise<void>,
): Promise<void> {
  const server = await startFakeApiServer(handlers)
  const cluster = connect({ server: server.url, certificateAuthority: server.caFile, token: 'secret' }, testHost())
  try {
    await use(cluster, server)
  } finally {
    cluster.close()
    await server.close()
  }
}

function answer(upgrade: Upgrade, body: string, head = `Content-Length: ${Buffer.byteLength(body)}\r\n`): void {
  upgrade.send(0, `HTTP/1.1 200 OK\r\n${head}\r\n${body}`)
}

test('one request goes through one WebSocket, on the connection of the request before it', async () => {
  const sent: string[] = []
  await withServer(
    {
      get: () => ({ items: [] }),
      portForward(upgrade, data) {
        sent.push(data.toString())
        answer(upgrade, '{"configs":[]}')
      },
    },
    async (cluster, server) => {
      await cluster.list({ namespace: 'default' })
      const { status, body } = await cluster.podHttp(pod, request)
      assert.equal(status, 200)
      assert.equal(Buffer.from(body).toString(), '{"configs":[]}')
      assert.match(sent.join(''), /^GET \/config_dump HTTP\/1\.1\r\n/)
      assert.deepEqual(server.requests, [
        'GET /api/v1/namespaces/default/pods?limit=500',
        'UPGRADE /api/v1/namespaces/default/pods/web/portforward?ports=15000',
      ])
      assert.equal(server.headers[1]?.authorization, 'Bearer secret')
      assert.equal(server.connections.accepted, 1)
    },
  )
})

test('a chunked body is put together, in whatever pieces it comes', async () => {
  await withServer(
    {
      async portForward(upgrade) {
        const text = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n'
        for (const byte of text) await upgrade.send(0, byte)
      },
    },
    async (cluster) => {
      const { body } = await cluster.podHttp(pod, request)
      assert.equal(Buffer.from(body).toString(), 'hello world')
    },
  )
})

test('a body without a length ends with the connection', async () => {
  await withServer(
    {
      async portForward(upgrade) {
        await upgrade.send(0, 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it')
        upgrade.socket.close(1000)
      },
    },
    async (cluster) => {
      const { body } = await cluster.podHttp(pod, request)
      assert.equal(Buffer.from(body).toString(), 'all of it')
    },
  )
})

const large = 100 * 1024 * 1024
const chunk = Buffer.alloc(64 * 1024, 'x')

test('100 MB arrive whole', async () => {
  await withServer(
    {
      async portForward(upgrade) {
        await upgrade.send(0, `HTTP/1.1 200 OK\r\nContent-Length: ${large}\r\n\r\n`)
        for (let sent = 0; sent < large; sent += chunk.length) await upgrade.send(0, chunk)
      },
    },
    async (cluster) => {
      const { body } = await cluster.podHttp(pod, request)
      assert.equal(body.length, large)
      assert.equal(body[large - 1], 'x'.charCodeAt(0))
    },
  )
})

test('a reader that stands still holds the sender back, and gets everything when it goes on', async () => {
  let sent = 0
  const handlers: FakeHandlers = {
    async opened(upgrade) {
      for (; sent < large; sent += chunk.length) await upgrade.send(0, chunk)
      upgrade.socket.close(1000)
    },
  }
  const server = await startFakeApiServer(handlers)
  const access = resolveAccess({ server: server.url, certificateAuthority: server.caFile }, testHost())
  const connection = openConnection(access, testHost())
  const stream = await portForward(connection, { ...pod, port: 15000 })
  let held = 0
  while (held === 0 || held !== sent) {
    held = sent
    await once(AbortSignal.timeout(100), 'abort')
  }
  assert.ok(held < large / 2, `${held} bytes were taken from the network although nobody reads`)
  let received = 0
  for await (const bytes of stream as AsyncIterable<Buffer>) received += bytes.length
  assert.equal(received, large)
  connection.close()
  await server.close()
})

test('a connection cut halfway says how much arrived', async () => {
  await withServer(
    {
      async portForward(upgrade) {
        await upgrade.send(0, 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf of it')
        upgrade.cut()
      },
    },
    async (cluster) => {
      const error = await failureOf(cluster.podHttp(pod, request))
      assert.match(
        error.message,
        /^the answer from port 15000 of pod "web" in namespace "default" was cut short after 10 of 1000 bytes \(the connection to the API server was lost\)$/,
      )
    },
  )
})

test('an orderly close in the middle of a body is a cut as well', async () => {
  await withServer(
    {
      async portForward(upgrade) {
        await upgrade.send(0, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n')
        upgrade.socket.close(1000)
      },
    },
    async (cluster) => {
      const error = await failureOf(cluster.podHttp(pod, request))
      assert.match(error.message, /was cut short after 5 bytes/)
    },
  )
})

test('a body without a length that ends without a close frame is not taken for whole', async () => {
  await withServer(
    {
      async portForward(upgrade) {
        await upgrade.send(0, 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nsome')
        upgrade.cut()
      },
    },
    async (cluster) => {
      const error = await failureOf(cluster.podHttp(pod, request))
      assert.match(error.message, /was cut short after 4 bytes \(the connection to the API server was lost\)/)
    },
  )
})

test('the error channel names the refused port', async () => {
  const text =
    'error forwarding port 15001 to pod 0123, uid : failed to execute portforward in network namespace "/var/run/netns/x": failed to connect to localhost:15001 inside namespace "x", IPv4: dial tcp4 127.0.0.1:15001: connect: connection refused'
  await withServer({ opened: (upgrade) => void upgrade.send(1, text) }, async (cluster) => {
    const error = await failureOf(cluster.podHttp(pod, { ...request, port: 15001 }))
    assert.equal(error.message, 'pod "web" in namespace "default" refused the connection to port 15001')
    assert.match(error.hint ?? '', /--proxy-admin-port/)
  })
})

test('other text on the error channel is passed on', async () => {
  await withServer({ opened: (upgrade) => void upgrade.send(1, 'no such network\nmore') }, async (cluster) => {
    const error = await failureOf(cluster.podHttp(pod, request))
    assert.equal(error.message, 'error forwarding port 15000 to pod "web" in namespace "default": no such network')
    assert.match(error.hint ?? '', /kubectl describe pod web -n default .*--via exec/)
  })
})

test('a connection that closes before any answer', async () => {
  await withServer({ portForward: (upgrade) => upgrade.socket.close(1000) }, async (cluster) => {
    const error = await failureOf(cluster.podHttp(pod, request))
    assert.match(error.message, /closed the connection without an answer$/)
  })
})

test('something that does not speak HTTP', async () => {
  await withServer({ portForward: (upgrade) => void upgrade.send(0, 'SSH-2.0-OpenSSH_9.9\r\n') }, async (cluster) => {
    const error = await failureOf(cluster.podHttp(pod, request))
    assert.equal(error.message, 'port 15000 of pod "web" in namespace "default" does not speak HTTP')
  })
})

test('a refused upgrade keeps the words of the API and names the missing rule', async () => {
  const message =
    'pods "web" is forbidden: User "dev" cannot create resource "pods/portforward" in API group "" in the namespace "default"'
  await withServer({ refuse: () => status(403, 'Forbidden', message) }, async (cluster) => {
    const error = await failureOf(cluster.podHttp(pod, request))
    assert.equal(error.message, `Error from server (Forbidden): ${message}`)
    assert.match(error.hint ?? '', /resources: \["pods\/portforward"\]\n {2}verbs: \["get", "create"\]/)
  })
})

test('an upgrade refused in plain text', async () => {
  await withServer({ refuse: () => ({ status: 502, body: 'error dialing backend\n' }) }, async (cluster) => {
    const error = await failureOf(cluster.podHttp(pod, request))
    assert.equal(error.message, 'Error from server: error dialing backend')
  })
})

test('an Envoy that says nothing is given up', async () => {
  const server = await startFakeApiServer({})
  const cluster = connect({ server: server.url, certificateAuthority: server.caFile, requestTimeout: '1' }, testHost())
  const error = await failureOf(cluster.podHttp(pod, request))
  assert.equal(error.message, 'port 15000 of pod "web" in namespace "default" did not answer within 1 s')
  cluster.close()
  await server.close()
})

test('an abort ends the request with its reason and leaves no connection', async () => {
  const controller = new AbortController()
  await withServer({ portForward: () => controller.abort(new Error('Ctrl-C')) }, async (cluster, server) => {
    await assert.rejects(cluster.podHttp(pod, { ...request, signal: controller.signal }), /Ctrl-C/)
    await gone(server)
  })
})

test('200 calls in a row leave nothing open', async () => {
  await withServer({ portForward: (upgrade) => answer(upgrade, 'ok') }, async (cluster, server) => {
    for (let call = 0; call < 200; call++) {
      const { body } = await cluster.podHttp(pod, request)
      assert.equal(Buffer.from(body).toString(), 'ok')
    }
    await gone(server)
    assert.equal(server.requests.length, 200)
  })
})

async function gone(server: FakeApiServer): Promise<void> {
  const deadline = AbortSignal.timeout(30_000)
  while (server.connections.open > 0) {
    assert.ok(!deadline.aborted, `${server.connections.open} connections are still open`)
    await once(AbortSignal.timeout(10), 'abort')
  }
}

test('a write that fails does not hide the reason that the kubelet has sent: the end of the connection says it', () => {
  const outcomes: string[] = []
  const write = (readyState: 1 | 2 | 3, error?: Error) => {
    const socket = { CLOSED: 3, readyState, send: (_: unknown, sent: (error?: Error) => void) => sent(error) } as const
    sendFrame(socket as unknown as Parameters<typeof sendFrame>[0], Buffer.from('x'), (why) => {
      outcomes.push(`${readyState} ${why?.message ?? 'sent'}`)
    })
  }
  write(1)
  write(1, new Error('write EPIPE'))
  write(2, new Error('write EPIPE'))
  write(3, new Error('write EPIPE'))
  assert.deepEqual(outcomes, ['1 sent', '3 write EPIPE'])
})
