import assert from 'node:assert/strict'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { lintedOf } from '../../../src/lint/proxy/linted.ts'
import { rules } from '../../../src/lint/rules/index.ts'
import { checkProxy } from '../../../src/lint/run/check-proxy.ts'
import { startEnvoy, type TracedEnvoy } from '../trace/envoy.ts'
import { httpListener } from './bootstrap.ts'
import { httpFilter, typed } from './proof.ts'

const [port, adminPort] = [22_700, 22_701]

/** A listener that answers 200, with this connection manager besides. */
function listener(manager: JsonObject = {}): JsonObject {
  return { '@type': 'type.googleapis.com/envoy.config.listener.v3.Listener', ...httpListener('web', port, manager) }
}

const answers = {
  route_config: {
    name: 'web',
    virtual_hosts: [
      { name: 'v', domains: ['*'], routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }] },
    ],
  },
}

/** Routes that a control plane never sends, for which the listener waits. */
const waits: JsonObject = {
  rds: {
    route_config_name: 'late',
    config_source: {
      initial_fetch_timeout: '0s',
      resource_api_version: 'V3',
      api_config_source: {
        api_type: 'GRPC',
        transport_api_version: 'V3',
        grpc_services: [{ envoy_grpc: { cluster_name: 'control-plane' } }],
      },
    },
  },
}

/** A chain of filters that ends with none that answers. */
const rejected: JsonObject = { ...answers, http_filters: [httpFilter('cors', 'cors.v3.Cors')] }

/** Puts a listener where Envoy reads what a control plane would send. */
function send(folder: string, version: string, manager: JsonObject): void {
  const file = join(folder, 'lds.json')
  writeFileSync(`${file}.new`, JSON.stringify({ version_info: version, resources: [listener(manager)] }))
  renameSync(`${file}.new`, file)
}

/** An Envoy that is sent a listener; without one that serves it starts as well. */
function started(
  manager: JsonObject,
  admin = '127.0.0.1',
  options: { readonly isWarming?: boolean } = {},
): Promise<TracedEnvoy> {
  const bootstrap = (folder: string): JsonObject => {
    send(folder, '1', manager)
    return {
      node: { id: 'delivery', cluster: 'lint' },
      admin: { address: { socket_address: { address: admin, port_value: adminPort } } },
      dynamic_resources: {
        lds_config: { resource_api_version: 'V3', path_config_source: { path: join(folder, 'lds.json') } },
      },
      static_resources: {
        clusters: [
          {
            name: 'control-plane',
            type: 'STATIC',
            connect_timeout: '1s',
            ...typedHttp2,
            load_assignment: { cluster_name: 'control-plane' },
          },
        ],
      },
    }
  }
  return startEnvoy('1.40.0', bootstrap, options)
}

const typedHttp2: JsonObject = {
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': typed(
      'extensions.upstreams.http.v3.HttpProtocolOptions',
      {
        explicit_http_config: { http2_protocol_options: {} },
      },
    ),
  },
}

async function answer(host = '127.0.0.1', at = port): Promise<string> {
  try {
    const { status } = await fetch(`http://${host}:${at}/ready`, { signal: AbortSignal.timeout(2_000) })
    return String(status)
  } catch {
    return 'refused'
  }
}

/** What lint finds, a minute later: what has just begun to warm may still come. */
async function found(envoy: TracedEnvoy): Promise<readonly string[]> {
  const dump = await readDump(await envoy.dump(), 'envoy')
  const moment = new Date(Date.now() + 60_000)
  return [...new Set(checkProxy(rules, lintedOf(dump, { name: 'envoy', moment })).findings.map(({ rule }) => rule))]
}

/** Until the dump says so: Envoy reads a file a moment after it was moved. */
async function until(envoy: TracedEnvoy, word: string): Promise<void> {
  while (!new TextDecoder().decode(await envoy.dump()).includes(word)) await sleep(50)
}

async function within<T>(envoy: Promise<TracedEnvoy>, task: (envoy: TracedEnvoy) => Promise<T>): Promise<T> {
  const own = await envoy
  try {
    return await task(own)
  } finally {
    await own.stop()
  }
}

test('update-rejected: a listener that was rejected does not listen, and does when it is mended', async () => {
  await within(started(rejected), async (envoy) => {
    assert.equal(await answer(), 'refused')
    assert.ok((await found(envoy)).includes('update-rejected'))
    send(envoy.folder, '2', answers)
    await until(envoy, 'active_state')
    assert.equal(await answer(), '200')
    assert.ok(!(await found(envoy)).includes('update-rejected'))
  })
})

test('latent-outage, warming-too-long: what serves now does not after a restart, until the newer version is mended', async () => {
  await within(started(answers), async (envoy) => {
    assert.equal(await answer(), '200')
    assert.deepEqual((await found(envoy)).filter(isDelivery), [])
    send(envoy.folder, '2', waits)
    await until(envoy, 'warming_state')
    assert.equal(await answer(), '200', 'the older version serves')
    assert.deepEqual((await found(envoy)).filter(isDelivery), ['latent-outage'])
    send(envoy.folder, '3', { ...answers, server_name: 'mended' })
    await until(envoy, 'mended')
    assert.deepEqual((await found(envoy)).filter(isDelivery), [])
  })
  await within(started(waits, '127.0.0.1', { isWarming: true }), async (envoy) => {
    assert.equal(await answer(), 'refused', 'after a restart it waits')
    assert.deepEqual((await found(envoy)).filter(isDelivery), ['warming-too-long'])
  })
})

function isDelivery(rule: string): boolean {
  return ['latent-outage', 'warming-too-long', 'update-rejected'].includes(rule)
}

test('admin-exposed: who is not on the same host reads the configuration', async () => {
  for (const [address, status, isFound] of [
    ['0.0.0.0', '200', true],
    ['127.0.0.1', 'refused', false],
  ] as const)
    await within(started(answers, address), async (envoy) => {
      // Another address of this host stands for that of the network.
      assert.equal(await answer('127.0.0.2', adminPort), status)
      assert.equal((await found(envoy)).includes('admin-exposed'), isFound)
    })
})
