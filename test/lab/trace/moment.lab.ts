import assert from 'node:assert/strict'
import { once } from 'node:events'
import { renameSync, writeFileSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { runProgram } from '../../run-program.ts'
import { address, typed } from './compare-http.ts'
import { startEnvoy, type TracedEnvoy } from './envoy.ts'

// What a real Envoy knows of the moment: ejected hosts, limits in use, filter chains that drain, limits on headers.

const ports = { proxy: 21_931, good: 21_932, bad: 21_933, slow: 21_934 }
const managerType = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'

function cluster(name: string, servers: readonly number[], more: JsonObject): JsonObject {
  const lb_endpoints = servers.map((port) => ({ endpoint: { address: address('127.0.0.1', port) } }))
  return { name, type: 'STATIC', load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints }] }, ...more }
}

const clusters = [
  cluster('ejecting', [ports.good, ports.bad], {
    common_lb_config: { healthy_panic_threshold: {} },
    outlier_detection: { consecutive_5xx: 1, max_ejection_percent: 100, base_ejection_time: '600s', interval: '0.2s' },
  }),
  cluster('limited', [ports.slow], {
    circuit_breakers: { thresholds: [{ max_requests: 2, max_pending_requests: 5 }] },
  }),
]

/** The listener; another answer to /version makes another filter chain of it. */
function listener(version: string): JsonObject {
  const routes = [
    { match: { prefix: '/eject' }, route: { cluster: 'ejecting' } },
    { match: { prefix: '/limit' }, route: { cluster: 'limited' } },
    { match: { prefix: '/version' }, direct_response: { status: 200, body: { inline_string: version } } },
  ]
  const manager = typed(managerType, {
    stat_prefix: 'web',
    max_request_headers_kb: 1,
    route_config: { virtual_hosts: [{ name: 'v', domains: ['*'], routes }] },
    http_filters: [{ name: 'router', typed_config: typed('envoy.extensions.filters.http.router.v3.Router', {}) }],
  })
  return {
    '@type': 'type.googleapis.com/envoy.config.listener.v3.Listener',
    name: 'web',
    address: address('127.0.0.1', ports.proxy),
    filter_chains: [{ name: 'only', filters: [{ name: 'hcm', typed_config: manager }] }],
  }
}

function deliver(folder: string, version: string): void {
  writeFileSync(join(folder, 'lds.new'), JSON.stringify({ version_info: version, resources: [listener(version)] }))
  renameSync(join(folder, 'lds.new'), join(folder, 'lds.json'))
}

let envoy: TracedEnvoy
const servers: Server[] = []

async function serve(port: number, status: number): Promise<void> {
  const server = createServer((_request, response) => {
    if (status !== 0) response.writeHead(status).end()
  }).listen(port, '127.0.0.1')
  server.unref()
  servers.push(server)
  await once(server, 'listening')
}

before(async () => {
  await Promise.all([serve(ports.good, 200), serve(ports.bad, 500), serve(ports.slow, 0)])
  envoy = await startEnvoy('1.40.0', (folder) => {
    deliver(folder, 'one')
    const source = { path_config_source: { path: join(folder, 'lds.json'), watched_directory: { path: folder } } }
    return {
      node: { id: 'n', cluster: 'c' },
      dynamic_resources: { lds_config: source },
      static_resources: { clusters },
    }
  })
})

after(async () => {
  for (const server of servers) server.closeAllConnections()
  for (const server of servers) server.close()
  await envoy?.stop()
})

async function get(path: string, headers: Record<string, string> = {}): Promise<number> {
  const sent = request({ host: '127.0.0.1', port: ports.proxy, path, headers, agent: false })
  sent.end()
  const [response] = await once(sent, 'response')
  response.resume()
  return response.statusCode
}

async function trace(path: string, ...more: string[]): Promise<string> {
  const url = `http://127.0.0.1:${ports.proxy}${path}`
  const { out, err } = await runProgram(['trace', '--url', `http://${envoy.admin}`, url, '--explain', ...more])
  return out + err
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await holds()) return
    await sleep(50)
  }
  assert.fail('it did not come to that')
}

test('a host that Envoy ejected is found by --status, and trace says so', async () => {
  const ejected = async () =>
    (await runProgram(['endpoints', '--url', `http://${envoy.admin}`, '--status', 'unhealthy', '--no-headers'])).out
  assert.equal(await ejected(), '')
  await until(async () => {
    await get('/eject')
    return (await ejected()) !== ''
  })
  assert.match(await ejected(), new RegExp(`^127\\.0\\.0\\.1:${ports.bad} +(?:UNKNOWN|HEALTHY) +FAILED +ejecting`))
  const text = await trace('/eject')
  assert.match(text, new RegExp(`not +127\\.0\\.0\\.1:${ports.bad} +ejected by outlier detection`))
  assert.match(text, new RegExp(`=> sent upstream: goes to 127\\.0\\.0\\.1:${ports.good}`))
})

test('limits in use are told beside the limits; beyond them Envoy answers as the trace says', async () => {
  const waiting = [0, 1].map(() => request({ host: '127.0.0.1', port: ports.proxy, path: '/limit', agent: false }))
  for (const sent of waiting) sent.on('error', () => undefined).end()
  await until(async () => (await trace('/limit')).includes('2 of 2 requests'))
  const text = await trace('/limit')
  assert.match(text, /circuit breakers: 0 of 5 waiting requests, 2 of 2 requests/)
  assert.match(text, /Warning: 2 of 2 requests of limited are in use .*one more is answered 503 UO/)
  assert.equal(await get('/limit'), 503)
  for (const sent of waiting) sent.destroy()
})

test('filter chains that drain are told as long as a connection uses them', async () => {
  assert.doesNotMatch(await trace('/version'), /draining/)
  const kept = connect(ports.proxy, '127.0.0.1')
  await once(kept, 'connect')
  kept.write('GET /version HTTP/1.1\r\nhost: h\r\n\r\n')
  assert.match(String((await once(kept, 'data'))[0]), /one/)
  deliver(envoy.folder, 'two')
  await until(async () => (await trace('/version')).includes('draining'))
  assert.match(await trace('/version'), /a filter chain from before an update is draining/)
  const status = await runProgram(['status', '--url', `http://${envoy.admin}`])
  assert.match(status.err, /1 filter chain from before an update draining/)
  kept.destroy()
})

test('headers beyond the limit are a 431', async () => {
  const headers = { 'x-long': 'a'.repeat(1100) }
  assert.equal(await get('/version', headers), 431)
  assert.match(
    await trace('/version', '-H', `x-long=${headers['x-long']}`),
    /=> denied 431 DPE http1\.headers_too_large/,
  )
})
