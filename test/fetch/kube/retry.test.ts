import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { longestTimer, requestTimeout } from '../../../src/fetch/kube/access/duration.ts'
import { connect } from '../../../src/fetch/kube/kube-cluster.ts'
import { podObject } from './pod-objects.ts'
import { testHost } from './test-host.ts'

interface First {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
}

/** How often a server was asked that answers so at first, and with a pod from then on; and what came of it. */
async function askedAfter(first: First | 'reset' | 'cut', times = 1): Promise<{ asked: number; error: unknown }> {
  let asked = 0
  const server = createServer((request, response) => {
    asked += 1
    if (asked > times) response.end(JSON.stringify(podObject('web')))
    else if (first === 'reset') request.socket.resetAndDestroy()
    else if (first === 'cut') {
      response.writeHead(200, { 'Content-Length': '100' }).write('{"kind":')
      setTimeout(() => request.socket.destroy(), 20)
    } else response.writeHead(first.status, first.headers).end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const cluster = connect({ server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, testHost())
  try {
    const error: unknown = await cluster.pod('web').then(
      () => undefined,
      (reason: unknown) => reason,
    )
    return { asked, error }
  } finally {
    cluster.close()
    server.closeAllConnections()
    server.close()
  }
}

test('what is transient at the API server is asked once more, and only once', async () => {
  for (const first of [
    { status: 429 },
    { status: 429, headers: { 'Retry-After': '0' } },
    { status: 503, headers: { 'Retry-After': '0' } },
    { status: 429, headers: { 'Retry-After': 'Thu, 01 Jan 2026 00:00:00 GMT' } },
    'reset',
    'cut',
  ] as const) {
    assert.deepEqual(await askedAfter(first), { asked: 2, error: undefined }, JSON.stringify(first))
    const twice = await askedAfter(first, 2)
    assert.ok(twice.asked === 2 && twice.error instanceof Error, JSON.stringify(first))
  }
})

test('what stays is not asked again', async () => {
  for (const status of [400, 401, 403, 404, 410, 500, 502, 503, 504]) {
    const { asked, error } = await askedAfter({ status })
    // Of a pod that is not there its namespace and the names of others are asked for as well.
    assert.ok(error instanceof Error && (status === 404 || asked === 1), `${status}: ${asked}`)
  }
})

test('a time limit of months is one that a timer can wait', () => {
  assert.equal(requestTimeout('1h'), 3_600_000)
  for (const text of ['1000h', '99999999', `${'9'.repeat(400)}h`])
    assert.equal(requestTimeout(text), longestTimer, text)
  assert.ok(longestTimer < 2 ** 31)
})
