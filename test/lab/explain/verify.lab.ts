import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { format } from '../../analyses/explain/envoy-lines.ts'
import { typed } from '../../analyses/trace/dump-of.ts'
import { runProgram } from '../../run-program.ts'
import { sendHttp, startEcho } from '../trace/client.ts'
import { address, router } from '../trace/compare-http.ts'
import { startEnvoy } from '../trace/envoy.ts'
import { httpRequest, managerSettings, routeConfiguration } from '../trace/http-cases.ts'
import { localCluster } from '../trace/local-cluster.ts'
import { randomFrom } from '../trace/random.ts'

const seed = Number(process.env.TRACE_SEED ?? 20251101)
const requests = 2000
const ports = Array.from({ length: 24 }, (_, index) => 24_200 + index) as [number, ...number[]]
const servers = { one: 24_190, two: 24_191, closing: 24_192 } as const

const keys = {
  start_time: '%START_TIME%',
  method: '%REQ(:METHOD)%',
  path: '%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%',
  protocol: '%PROTOCOL%',
  response_code: '%RESPONSE_CODE%',
  response_flags: '%RESPONSE_FLAGS%',
  response_code_details: '%RESPONSE_CODE_DETAILS%',
  connection_termination_details: '%CONNECTION_TERMINATION_DETAILS%',
  upstream_transport_failure_reason: '%UPSTREAM_TRANSPORT_FAILURE_REASON%',
  duration: '%DURATION%',
  user_agent: '%REQ(USER-AGENT)%',
  authority: '%REQ(:AUTHORITY)%',
  upstream_host: '%UPSTREAM_HOST%',
  upstream_cluster: '%UPSTREAM_CLUSTER_RAW%',
  downstream_local_address: '%DOWNSTREAM_LOCAL_ADDRESS%',
  downstream_remote_address: '%DOWNSTREAM_REMOTE_ADDRESS%',
  requested_server_name: '%REQUESTED_SERVER_NAME%',
  route_name: '%ROUTE_NAME%',
}

function logger(path: string, log_format: JsonObject): JsonObject {
  const config = typed('envoy.extensions.access_loggers.file.v3.FileAccessLog', { path, log_format })
  return { name: 'file', typed_config: config }
}

/** Every request is logged as text and as JSON. */
function bootstrap(folder: string): JsonObject {
  const random = randomFrom(seed)
  const access_log = [
    logger(join(folder, 'text.log'), { text_format_source: { inline_string: format } }),
    logger(join(folder, 'json.log'), { json_format: keys }),
  ]
  const listeners = ports.map((port) => {
    const manager = typed('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
      stat_prefix: 'x',
      access_log,
      http_filters: [router],
      route_config: {
        ...routeConfiguration(random, ['one', 'two', 'closing', 'empty', 'gone']),
        name: `routes-${port}`,
      },
      ...managerSettings(random),
    })
    return {
      name: `L${port}`,
      address: address('127.0.0.1', port),
      filter_chains: [{ filters: [{ name: 'hcm', typed_config: manager }] }],
    }
  })
  const clusters = [...Object.entries(servers).map(([name, port]) => localCluster(name, port)), { name: 'empty' }]
  return { static_resources: { clusters, listeners } }
}

/** A server that ends every third connection without an answer: an event that no configuration predicts. */
function closingServer(): Server {
  let count = 0
  const server = createServer((request, response) => {
    count += 1
    if (count % 3 === 0) request.socket.destroy()
    else response.end('ok')
  })
  return server.listen(servers.closing, '127.0.0.1').unref()
}

interface Verified {
  readonly requests: number
  readonly otherLines: number
  readonly verification: {
    readonly compared: number
    readonly untraceable: number
    readonly predicted: number
    readonly event: number
    readonly header: number
    readonly rewritten: number
    readonly undecided: number
    readonly differs: number
    readonly disagreements: readonly { readonly line: string; readonly reason: string; readonly traced: string }[]
  }
}

async function verified(log: string, ...proxy: string[]): Promise<Verified> {
  const { out, err } = await runProgram(['explain', ...proxy, '--log', log, '--verify', '-o', 'json'])
  assert.notEqual(out, '', err)
  return JSON.parse(out) as Verified
}

/** The dump with two clusters of its routes in place of each other. */
function swapped(dump: string): string {
  return dump.replaceAll(/"cluster": "(one|two)"/g, (_, name) => `"cluster": "${name === 'one' ? 'two' : 'one'}"`)
}

test('explain --verify predicts what a real Envoy logged, as text and as JSON', async (t) => {
  const echoes = await Promise.all([startEcho('127.0.0.1', servers.one), startEcho('127.0.0.1', servers.two)])
  const closing = closingServer()
  const envoy = await startEnvoy(process.env.TRACE_ENVOY ?? '1.40.0', bootstrap)
  try {
    const random = randomFrom(seed + 1)
    for (let count = 0; count < requests; count += 20)
      await Promise.all(
        Array.from({ length: 20 }, (_, place) => {
          const port = random.pick(ports)
          return sendHttp(port, httpRequest(random, String(count + place), port))
        }),
      )
    for (const log of ['text.log', 'json.log'].map((name) => join(envoy.folder, name))) {
      const lines = () => readFileSync(log, 'utf8').split('\n').length - 1
      for (let tries = 0; tries < 400 && lines() < requests; tries++) await sleep(50)
      const { requests: read, otherLines, verification } = await verified(log, '--url', `http://${envoy.admin}`)
      const { disagreements, ...counts } = verification
      t.diagnostic(
        `${log.endsWith('json.log') ? 'JSON' : 'text'}: ${read} lines, ${JSON.stringify(counts)} (seed ${seed})`,
      )
      assert.equal(otherLines, 0)
      assert.ok(read >= requests, `${read} requests were logged`)
      assert.equal(counts.untraceable, 0)
      assert.deepEqual(
        disagreements.filter(({ reason }) => reason === 'differs'),
        [],
      )
      assert.equal(counts.differs, 0)
      assert.ok(counts.predicted + counts.event >= requests * 0.5, 'most are decided by what the line holds')
    }
    const changed = join(envoy.folder, 'changed.json')
    writeFileSync(changed, swapped(new TextDecoder().decode(await envoy.dump())))
    const { verification } = await verified(join(envoy.folder, 'text.log'), '--file', changed)
    t.diagnostic(`with two clusters swapped ${verification.differs} differ`)
    assert.ok(verification.differs > 100, 'another configuration is noticed')
  } finally {
    await envoy.stop()
    for (const server of [...echoes, closing]) server.close()
  }
})
