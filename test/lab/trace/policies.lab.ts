import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { resolveAuthzRequest } from '../../../src/analyses/authz/authz-request.ts'
import { type AuthzAnswer, checkRequest } from '../../../src/analyses/authz/check-request.ts'
import type { ConfigDump } from '../../../src/envoy/dump/config-dump.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import type { RequestSpec } from '../../../src/walk/request/request-spec.ts'
import { accessLog, type LogLine, startEnvoy } from './envoy.ts'
import { type PolicyRequest, policyListener, policyRequest } from './policy-cases.ts'
import { type Random, randomFrom } from './random.ts'

const seed = Number(process.env.TRACE_SEED ?? 20251101)
const requests = 2000
const ports = Array.from({ length: 60 }, (_, index) => 23_000 + index) as [number, ...number[]]

interface Sent extends PolicyRequest {
  /** Status of the answer; undefined where the connection was closed without one. */
  readonly status: number | undefined
  /** The port that it went to, and where it came from. */
  readonly connection: string
}

test('what authz says to a request is what a real Envoy does, and what is not said is never decided wrongly', async (t) => {
  const random = randomFrom(seed)
  const listeners: JsonObject[] = []
  const envoy = await startEnvoy(process.env.TRACE_ENVOY ?? '1.40.0', (folder) => {
    for (const port of ports)
      listeners.push(policyListener(random, port, accessLog(folder, `${port} %DOWNSTREAM_DIRECT_REMOTE_ADDRESS%`)))
    return { static_resources: { clusters: [], listeners } }
  })
  try {
    const dump = await readDump(await envoy.dump(), 'envoy')
    const sent: Sent[] = []
    for (let batch = 0; batch < requests / 20; batch++) {
      const asked = Array.from({ length: 20 }, (_, place) => {
        const port = random.pick(ports)
        const localPort = 25_000 + batch * 20 + place
        return { port, localPort, request: policyRequest(random, port, isProxied(listeners[port - 23_000])) }
      })
      for (const one of await Promise.all(asked.map(({ port, localPort, request }) => send(port, localPort, request))))
        sent.push(one)
    }
    const closed = new Map((await envoy.log(sent.length)).map((line) => [line.case, line]))
    const counts = { decided: 0, allowed: 0, denied: 0, notReached: 0, left: 0, withLess: 0 }
    const differences: string[] = []
    for (const one of sent) {
      const truth = verdictOf(one, closed.get(one.connection))
      const mine = ask(dump, one.question)
      if (mine.verdict === truth) counts.decided++
      else
        differences.push(
          `${one.text} ${JSON.stringify(one.question)}: ${mine.verdict} (${mine.reason.text}), Envoy ${truth}`,
        )
      if (truth === 'allowed') counts.allowed++
      else if (truth === 'denied') counts.denied++
      else counts.notReached++
      const lessSaid = withLess(random, one.question)
      const less = ask(dump, lessSaid)
      if (less.verdict === 'undecided') counts.left++
      else if (less.verdict === truth) counts.withLess++
      else differences.push(`${JSON.stringify(lessSaid)}: ${less.verdict} (${less.reason.text}), Envoy ${truth}`)
    }
    t.diagnostic(`${counts.decided} of ${sent.length} requests agree (seed ${seed}): ${JSON.stringify(counts)}`)
    assert.ok(Math.min(counts.allowed, counts.denied, counts.notReached, counts.left, counts.withLess) > requests / 50)
    assert.deepEqual(differences, [])
  } finally {
    await envoy.stop()
  }
})

function isProxied(listener: JsonObject | undefined): boolean {
  return Array.isArray(listener?.listener_filters) && listener.listener_filters.length > 0
}

function ask(dump: ConfigDump, question: RequestSpec): AuthzAnswer {
  return checkRequest(dump, resolveAuthzRequest(question, dump).request).answer
}

/** The same request with some of what was said left out. */
function withLess(random: Random, question: RequestSpec): RequestSpec {
  const { source, peer, address, headers = [], ...rest } = question
  return {
    ...rest,
    ...(random.chance(0.5) ? { source } : {}),
    ...(random.chance(0.5) ? { peer } : {}),
    ...(random.chance(0.5) ? { address } : {}),
    headers: random.chance(0.5) ? headers : headers.filter(([name]) => name !== 'host'),
  }
}

/** What Envoy did: an answer tells it, and of a connection that was closed the log of the listener. */
function verdictOf({ status }: Sent, line: LogLine | undefined): AuthzAnswer['verdict'] | string {
  if (status === 200) return 'allowed'
  if (status === 403) return 'denied'
  if (status !== undefined) return `status ${status}`
  if (line?.closed?.startsWith('rbac_access_denied')) return 'denied'
  return line?.flags?.includes('NR') ? 'not reached' : `closed: ${JSON.stringify(line)}`
}

/** @param localPort one of its own, so that the log tells the connection */
async function send(port: number, localPort: number, request: PolicyRequest): Promise<Sent> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: request.peer, localPort })
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  socket.on('error', () => socket.destroy())
  await once(socket, 'connect')
  socket.write(request.text)
  let status: number | undefined
  socket.on('data', (chunk: Buffer) => {
    status ??= Number(/^HTTP\/1\.1 (\d+)/.exec(chunk.toString('latin1'))?.[1])
    socket.destroy()
  })
  socket.on('end', () => socket.destroy())
  await closed
  return { ...request, status, connection: `${port} ${request.peer}:${localPort}` }
}
