import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import type { JsonObject } from '../../src/envoy/json.ts'
import { trace } from '../../src/walk/trace.ts'
import { openTcp } from './trace/client.ts'
import { accessLog, startEnvoy } from './trace/envoy.ts'
import { randomFrom } from './trace/random.ts'
import { clientHello, filterChains } from './trace/tcp-cases.ts'

const typed = (type: string, fields: JsonObject = {}): JsonObject => ({
  '@type': `type.googleapis.com/${type}`,
  ...fields,
})
const inspector = (kind: string, type: string): JsonObject => ({
  name: kind,
  typed_config: typed(`envoy.extensions.filters.listener.${kind}.v3.${type}`),
})
const seed = Number(process.env.TRACE_SEED ?? 20251101)

test('the filter chain of a real Envoy is the one that a trace names', async (t) => {
  const random = randomFrom(seed)
  const ports = Array.from({ length: 40 }, (_, index) => 22_000 + index)
  const envoy = await startEnvoy(process.env.TRACE_ENVOY ?? '1.40.0', (folder) => ({
    static_resources: {
      clusters: [{ name: 'nobody' }],
      listeners: ports.map((port) => ({
        name: `L${port}`,
        address: { socket_address: { address: '127.0.0.1', port_value: port } },
        listener_filters: random.chance(0.8) ? [inspector('tls_inspector', 'TlsInspector')] : [],
        access_log: accessLog(folder),
        ...filterChains(random, () => [
          {
            name: 'tcp',
            typed_config: typed('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', {
              stat_prefix: 'x',
              cluster: 'nobody',
            }),
          },
        ]),
      })),
    },
  }))
  try {
    const dump = await readDump(await envoy.dump(), 'envoy')
    const sent = new Map<string, { port: number; hello: ReturnType<typeof clientHello> }>()
    // Where the system gives a port of a client anew, lines of the log do not tell which connection is which.
    const again = new Set<string>()
    for (let batch = 0; batch < 60; batch++) {
      const opened = Array.from({ length: 20 }, () => ({
        port: random.pick(ports as [number, ...number[]]),
        hello: clientHello(random),
      }))
      const clients = await Promise.all(opened.map(({ port, hello }) => openTcp(port, hello)))
      for (const [index, one] of opened.entries()) {
        const key = `${one.port} 127.0.0.1:${clients[index]}`
        if (sent.has(key)) again.add(key)
        sent.set(key, one)
      }
    }
    const differences: string[] = []
    let compared = 0
    for (const line of await envoy.log(sent.size)) {
      const key = `${line.local.split(':')[1]} ${line.peer}`
      const request = sent.get(key)
      if (request === undefined || again.has(key)) continue
      compared++
      const tls = request.hello === undefined ? undefined : { sni: request.hello.servername, alpn: request.hello.alpn }
      const [only] = trace({
        dump,
        request: {
          destination: { address: '127.0.0.1', port: request.port },
          source: { address: '127.0.0.1', port: 1 },
          protocol: 'tcp',
          tls,
        },
      }).alternatives
      const mine = `${only?.hops[0]?.filterChain ?? '-'} ${only?.outcome.flags ?? '-'}`
      const theirs = `${line.chain ?? '-'} ${line.flags ?? '-'}`
      if (mine !== theirs)
        differences.push(`${request.port} ${JSON.stringify(request.hello)}: ${mine}, Envoy ${theirs}`)
    }
    t.diagnostic(`${compared - differences.length} of ${compared} connections agree (seed ${seed})`)
    if (again.size > 0) t.diagnostic(`${again.size} ports of clients came twice`)
    assert.ok(compared >= 1000, `only ${compared} connections were logged`)
    assert.deepEqual(differences, [])
  } finally {
    await envoy.stop()
  }
})
