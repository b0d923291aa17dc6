import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { after, before, test } from 'node:test'
import { type Lab, type LabPod, openLab } from '../lab.ts'
import { awaitInDump, eventually, proxyConfig, statusFrom, textOf, withObjects } from './mesh-state.ts'

// What sidecars of a real mesh know of the moment: ejected hosts, limits in use, filter chains that drain.

const bridge = '10.77.0.1'
const ports = { good: 18_201, bad: 18_202, slow: 18_203 }
const waiting: ServerResponse[] = []
const servers: Server[] = []

let lab: Lab
let productpage: LabPod
before(async () => {
  lab = await openLab()
  productpage = await lab.pod('app=productpage')
  await Promise.all([
    serve(ports.good, (response) => response.end()),
    serve(ports.bad, (response) => response.writeHead(500).end()),
    serve(ports.slow, (response) => waiting.push(response)),
  ])
})
after(() => {
  for (const server of servers) server.closeAllConnections()
  for (const server of servers) server.close()
})

async function serve(port: number, answer: (response: ServerResponse) => void): Promise<void> {
  const server = createServer((_request, response) => answer(response)).listen(port, bridge)
  servers.push(server)
  await once(server, 'listening')
}

/** A host of the mesh whose servers are those of this test. */
function outside(name: string, address: string, servers: readonly number[], policy: string): string {
  return `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: default}
spec:
  hosts: [${name}.lab.test]
  addresses: [${address}]
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: STATIC
  location: MESH_EXTERNAL
  endpoints: [${servers.map((port) => `{address: ${bridge}, ports: {http: ${port}}}`).join(', ')}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ${name}, namespace: default}
spec:
  host: ${name}.lab.test
  trafficPolicy: ${policy}
`
}

const send = (name: string, address: string) =>
  statusFrom(lab, productpage, `http://${address}/`, '-H', `Host: ${name}.lab.test`)

const trace = (name: string) => textOf(lab, 'trace', productpage.name, `http://${name}.lab.test/`, '--explain')

test('a host that a sidecar ejected is found by --status unhealthy, and trace says why it gets nothing', async (t) => {
  const policy =
    '{outlierDetection: {consecutive5xxErrors: 1, interval: 1s, baseEjectionTime: 600s, maxEjectionPercent: 100}}'
  await withObjects(t, lab, outside('flaky', '10.97.8.1', [ports.good, ports.bad], policy))
  await awaitInDump(lab, productpage, 'flaky.lab.test')
  const ejected = async () =>
    (await proxyConfig(lab, 'endpoints', productpage.name, '--status', 'unhealthy', '--no-headers')).stdout
  const row = await eventually('an ejected host', async () => {
    for (let sent = 0; sent < 4; sent++) await send('flaky', '10.97.8.1')
    const [found] = (await ejected()).split('\n').filter((line) => line.includes('flaky.lab.test'))
    return found
  })
  assert.match(row, new RegExp(`^${bridge}:${ports.bad} +HEALTHY +FAILED +outbound\\|80\\|\\|flaky\\.lab\\.test`))
  const text = await trace('flaky')
  assert.match(text, new RegExp(`not +${bridge}:${ports.bad} +ejected by outlier detection`))
  assert.match(text, new RegExp(`=> sent upstream: goes to ${bridge}:${ports.good}`))
})

test('limits in use are beside the limits, and one more request is answered as the warning says', async (t) => {
  const policy = '{connectionPool: {http: {http2MaxRequests: 2, http1MaxPendingRequests: 5}}}'
  await withObjects(t, lab, outside('slow', '10.97.8.2', [ports.slow], policy))
  await awaitInDump(lab, productpage, 'slow.lab.test')
  const requests = [send('slow', '10.97.8.2'), send('slow', '10.97.8.2')]
  await eventually('two requests at the server', async () => (waiting.length === 2 ? true : undefined))
  const text = await trace('slow')
  assert.match(text, /circuit breakers: .*2 of 2 requests/)
  assert.match(
    text,
    /Warning: 2 of 2 requests of outbound\|80\|\|slow\.lab\.test are in use .*one more is answered 503 UO/,
  )
  assert.equal(await send('slow', '10.97.8.2'), '503')
  for (const response of waiting.splice(0)) response.end()
  assert.deepEqual(await Promise.all(requests), ['200', '200'])
})

test('a chain that drains: a pooled connection still gets the old policy, and trace says so', async (t) => {
  const details = await lab.pod('app=details')
  const url = 'http://details:9080/drain'
  const send = () => statusFrom(lab, productpage, url)
  // Leaves a connection in the pool of productpage.
  assert.equal(await send(), '200')
  await withObjects(
    t,
    lab,
    `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: lab-drain, namespace: default}
spec:
  selector: {matchLabels: {app: details}}
  action: DENY
  rules: [{to: [{operation: {paths: [/drain]}}]}]
`,
  )
  await awaitInDump(lab, details, 'lab-drain')
  const traced = await textOf(lab, 'trace', details.name, url, '--inbound', '--mtls', '--source', productpage.ip)
  assert.match(traced, /=> denied 403 .*lab-drain/)
  assert.match(traced, /filter chains? from before an update (is|are) draining/)
  const status = await textOf(lab, 'status', details.name)
  // The old policy still answers the connection that was open, the new one each that comes.
  assert.equal(await send(), '200', status)
  await eventually('the new policy', async () => ((await send()) === '403' ? true : undefined))
})
