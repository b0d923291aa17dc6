import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../../../src/errors.ts'
import { requiredBytes } from '../../../src/mesh/proxies/pages.ts'
import { type FakeApiServer, type FakeHandlers, status, type Upgrade } from '../fake-api-server.ts'
import { podObject } from './pod-objects.ts'
import { withServer } from './with-server.ts'

const answered: FakeHandlers = {
  get: (path) => (path.endsWith('/pods/web') ? podObject('web') : undefined),
  portForward: (upgrade) => void upgrade.send(0, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'),
}

function upgrades(server: FakeApiServer): string[] {
  return server.requests.filter((line) => line.startsWith('UPGRADE')).map((line) => line.replace(/.*ports=/, ''))
}

test('the port-forward begins while the pod is looked up, and carries every page', async () => {
  await withServer(answered, async (cluster, server) => {
    const proxy = await cluster.open('web')
    assert.equal(proxy.label, 'pod default/web')
    assert.equal(Buffer.from(await requiredBytes(proxy, 'config_dump')).toString(), '{}')
    assert.deepEqual(upgrades(server), ['15000'])
    await Promise.all([requiredBytes(proxy, 'config_dump'), requiredBytes(proxy, 'certs')])
    assert.deepEqual(upgrades(server), ['15000'])
    proxy.release?.()
    await requiredBytes(proxy, 'config_dump')
    assert.deepEqual(upgrades(server), ['15000', '15000'])
  })
})

/** Answers of which the number says how the pod goes on after them. */
function ending(how: (upgrade: Upgrade, asked: number) => void): FakeHandlers {
  let asked = 0
  return {
    ...answered,
    async portForward(upgrade) {
      asked += 1
      how(upgrade, asked)
    },
  }
}

const ok = (body: string, header = `Content-Length: ${body.length}`) => `HTTP/1.1 200 OK\r\n${header}\r\n\r\n${body}`

for (const [what, handlers, opened] of [
  [
    'says that it closes the connection',
    ending((upgrade) => void upgrade.send(0, ok('{}', 'Content-Length: 2\r\nConnection: close'))),
    3,
  ],
  [
    'ends its answers by the end of the connection',
    ending((upgrade) => void upgrade.send(0, ok('{}', 'X: y')).then(() => upgrade.socket.close())),
    3,
  ],
  [
    'closes the connection after the answer',
    ending((upgrade) => void upgrade.send(0, ok('{}')).then(() => upgrade.socket.close())),
    3,
  ],
  ['sends more than was asked for', ending((upgrade) => void upgrade.send(0, `${ok('{}')}${ok('{"wrong":1}')}`)), 3],
  [
    'closes the connection when it is used again',
    ending((upgrade, asked) => (asked === 2 ? upgrade.socket.close() : void upgrade.send(0, ok('{}')))),
    2,
  ],
  [
    'loses the connection when it is used again',
    ending((upgrade, asked) => (asked === 2 ? upgrade.cut() : void upgrade.send(0, ok('{}')))),
    2,
  ],
  ['refuses a page', ending((upgrade) => void upgrade.send(0, 'HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n')), 1],
] as const) {
  test(`a pod that ${what}: every page is read`, { timeout: 30_000 }, async () => {
    await withServer(handlers, async (cluster, server) => {
      const proxy = await cluster.open('web')
      for (const path of ['config_dump', 'certs', 'stats']) {
        const page = await proxy.page(path)
        if (page !== 'absent') assert.equal(Buffer.from(await page.read(0, page.size)).toString(), '{}')
        // What the pod does after its answer has come by now.
        await delay(50)
      }
      assert.equal(upgrades(server).length, opened)
    })
  })
}

test('what may change the proxy has a port-forward of its own, and is never sent twice', async () => {
  const sent: string[] = []
  const handlers: FakeHandlers = {
    ...answered,
    portForward(upgrade, data) {
      sent.push(data.toString().split(' ', 1)[0] ?? '')
      if (data.toString().startsWith('POST')) upgrade.socket.close()
      else void upgrade.send(0, ok('{}'))
    },
  }
  await withServer(handlers, async (cluster, server) => {
    const proxy = await cluster.open('web')
    await requiredBytes(proxy, 'config_dump')
    await assert.rejects(async () => proxy.post?.('logging?level=info'), /closed the connection without an answer/)
    assert.deepEqual(sent, ['GET', 'POST'])
    assert.equal(upgrades(server).length, 2)
  })
})

test('a page that is not wanted any more before its turn is not asked for', async () => {
  const paths: string[] = []
  const handlers: FakeHandlers = {
    ...answered,
    portForward(upgrade, data) {
      paths.push(data.toString().split(' ', 2)[1] ?? '')
      setTimeout(() => void upgrade.send(0, ok('{}')), 20)
    },
  }
  await withServer(handlers, async (cluster) => {
    const proxy = await cluster.open('web')
    const stop = new AbortController()
    const pages = [proxy.page('config_dump'), proxy.page('certs', stop.signal), proxy.page('stats')]
    stop.abort(new AppError('enough'))
    const outcomes = await Promise.allSettled(pages)
    assert.deepEqual(
      outcomes.map(({ status: outcome }) => outcome),
      ['fulfilled', 'rejected', 'fulfilled'],
    )
    assert.deepEqual(paths, ['/config_dump', '/stats'])
  })
})

test('a pod with another admin port, or a workload, gets a port-forward of its own', async () => {
  const kuma = podObject('web', { containers: [{ name: 'kuma-sidecar', image: 'kumahq/kuma-dp:2' }] })
  await withServer({ ...answered, get: () => kuma }, async (cluster, server) => {
    await requiredBytes(await cluster.open('web'), 'config_dump')
    assert.deepEqual(upgrades(server), ['15000', '9901'])
  })
  const explicit = { ...answered, get: () => kuma }
  await withServer(explicit, async (cluster, server) => {
    await requiredBytes(await cluster.open('web', { adminPort: 1234 }), 'config_dump')
    assert.deepEqual(upgrades(server), ['1234'])
  })
})

test('a pod that is not there or not running ends what was begun', { timeout: 60_000 }, async () => {
  const handlers = {
    ...answered,
    get: (path: string) => (path.endsWith('/web') ? podObject('web', { phase: 'Pending' }) : undefined),
  }
  await withServer(handlers, async (cluster, server) => {
    await assert.rejects(cluster.open('web'), /Status=Pending/)
    await assert.rejects(cluster.open('other'), /"other" not found/)
    // Two are kept for further questions to the API server.
    while (server.connections.open > 2) await delay(5)
    cluster.close()
    while (server.connections.open > 0) await delay(5)
  })
})

test('a port-forward that was refused early is the error of the first read', async () => {
  const refuse = () => status(403, 'Forbidden', 'not you')
  await withServer({ ...answered, refuse }, async (cluster) => {
    const proxy = await cluster.open('web', { via: 'port-forward' })
    await assert.rejects(
      requiredBytes(proxy, 'config_dump'),
      (error) => error instanceof AppError && /not you/.test(error.message),
    )
  })
})
