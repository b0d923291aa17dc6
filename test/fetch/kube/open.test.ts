import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../../../src/errors.ts'
import { requiredBytes } from '../../../src/mesh/proxies/pages.ts'
import { type FakeApiServer, type FakeHandlers, status } from '../fake-api-server.ts'
import { podObject } from './pod-objects.ts'
import { withServer } from './with-server.ts'

const answered: FakeHandlers = {
  get: (path) => (path.endsWith('/pods/web') ? podObject('web') : undefined),
  portForward: (upgrade) => void upgrade.send(0, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'),
}

function upgrades(server: FakeApiServer): string[] {
  return server.requests.filter((line) => line.startsWith('UPGRADE')).map((line) => line.replace(/.*ports=/, ''))
}

test('the port-forward begins while the pod is looked up, and is used for the first read', async () => {
  await withServer(answered, async (cluster, server) => {
    const proxy = await cluster.open('web')
    assert.equal(proxy.label, 'pod default/web')
    assert.equal(Buffer.from(await requiredBytes(proxy, 'config_dump')).toString(), '{}')
    assert.deepEqual(upgrades(server), ['15000'])
    await requiredBytes(proxy, 'config_dump')
    assert.deepEqual(upgrades(server), ['15000', '15000'])
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
