import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fullName, programOf } from '../gateway.ts'
import { matches, until } from '../until.ts'
import { openSnapshotServers } from './snapshots.ts'

const { lab, all } = await openSnapshotServers()
const run = programOf(lab)

/** Words of a command, POD standing for the proxy, and what has to be in the answer: nothing marks the proxy but its bootstrap. */
const commands: readonly (readonly [words: readonly string[], expected: RegExp])[] = [
  [['clusters', 'POD'], /^api +/m],
  [['listeners', 'POD'], /Route: shop/],
  [['routes', 'POD'], /shop\.example\.com +\/api\* +api/],
  [['endpoints', 'POD'], /10\.78\.2\.5:8080 +HEALTHY +OK +api/],
  [['eds', 'POD'], /10\.78\.2\.5:8080/],
  [['filters', 'POD'], /router/],
  [['secrets', 'POD'], /./],
  [['bootstrap', 'POD', '-o', 'table'], /ADS \((?:DELTA_)?GRPC\) from xds/],
  [['all', 'POD'], /shop\.example\.com/],
  [['info', 'POD'], /1\.40\.0/],
  [['stats', 'POD', '--filter', 'update_success'], /update_success/],
  [['certs', 'POD'], /./],
  [['lint', 'POD'], /./],
  [['describe', 'pod', 'POD'], /./],
  [['log', 'POD'], /router/],
  [['trace', 'POD', 'http://shop.example.com/api'], /sent upstream: goes to 10\.78\.2\.5:8080 of cluster api/],
  [['trace', 'POD', 'http://other.example.com/'], /404 NR route_not_found/],
  [['query', 'SELECT count(*) AS n FROM clusters', 'POD'], /[1-9]/],
  [['status', 'POD', '--xds-second-stream'], /^Endpoints Match$/m],
]

const [server] = all
assert.ok(server !== undefined)
const { name, proxy } = server

server.send()
await until(() => run('status', fullName(proxy), '--xds-second-stream'), matches)

for (const [words, expected] of commands) {
  test(`${name}: ${words.join(' ')}`, async () => {
    const { code, stdout, stderr } = await run(...words.map((word) => (word === 'POD' ? fullName(proxy) : word)))
    assert.ok(code === 0 || words[0] === 'lint', `${code} ${stderr}`)
    assert.match(`${stdout}${stderr}`, expected)
    assert.doesNotMatch(`${stdout}${stderr}`, /Istio|istiod|VirtualService/)
  })
}
