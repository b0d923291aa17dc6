import assert from 'node:assert/strict'
import { get } from 'node:http'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Output } from '../lab.ts'
import { openGateways } from './gateway.ts'
import { settled } from './until.ts'

const { all, run } = await openGateways()

/** Words of a command behind which the pod stands, and what has to be in the answer. */
const commands: readonly (readonly [words: readonly string[], expected: Readonly<Record<string, RegExp>>])[] = [
  [['clusters'], { Contour: /^shop\/api\/80\//m, 'Envoy Gateway': /^httproute\/edge\/plain\/rule\/0/m }],
  [['listeners'], { Contour: /Route: ingress_http/, 'Envoy Gateway': /Route: edge\/eg\/http/ }],
  [['routes'], { Contour: /httpproxy\/plain\.shop/, 'Envoy Gateway': /httproute\/plain\.edge/ }],
  [['endpoints'], { Contour: /10\.78\.2\.5:8080 +HEALTHY/, 'Envoy Gateway': /10\.78\.2\.5:8080 +HEALTHY/ }],
  [['filters'], { Contour: /local_ratelimit/i, 'Envoy Gateway': /basic_auth/i }],
  [['eds'], { Contour: /10\.78\.2\.5:8080/, 'Envoy Gateway': /10\.78\.2\.5:8080/ }],
  [['secrets'], { Contour: /shop-cert|contour_xds/, 'Envoy Gateway': /xds_certificate|shop-cert/ }],
  [
    ['bootstrap', '-o', 'table'],
    { Contour: /GRPC from contour/, 'Envoy Gateway': /ADS \(DELTA_GRPC\) from xds_cluster/ },
  ],
  [['all'], { Contour: /ingress_http/, 'Envoy Gateway': /edge\/eg\/http/ }],
  [['info'], { Contour: /1\.40\.0/, 'Envoy Gateway': /1\.40\.0/ }],
  [['stats', '--filter', 'update_success'], { Contour: /update_success/, 'Envoy Gateway': /update_success/ }],
  [['certs'], { Contour: /Cert Chain/, 'Envoy Gateway': /Cert Chain/ }],
  [['lint'], { Contour: /backend-unresolved/, 'Envoy Gateway': /backend-unresolved/ }],
  [['describe', 'pod'], { Contour: /HTTPProxy|httpproxy/, 'Envoy Gateway': /HTTPRoute|httproute/ }],
  [['explain'], { Contour: /\b(?:404|503)\b/, 'Envoy Gateway': /\b(?:404|503)\b/ }],
  [['authz'], { Contour: /remote ip 10\.20\.0\.0\/16/, 'Envoy Gateway': /10\.20\.0\.0\/16/ }],
]

/** A request to a host that nobody has, which each proxy logs as a failure. */
async function fail(host: string, port: number): Promise<void> {
  await new Promise<void>((done, refuse) => {
    get({ host, port, headers: { host: 'explained.example.com' }, agent: false }, (answer) => {
      answer.resume().on('end', () => done())
    }).on('error', refuse)
  })
}

for (const gateway of all) await settled(gateway, run)
await Promise.all(all.map(({ proxy, httpPort }) => fail(proxy.ip, httpPort)))

/** Repeats a question while nothing is in the log yet: Envoy writes it at the latest ten seconds after a request. */
async function logged(ask: () => Promise<Output>, expected: RegExp): Promise<Output> {
  for (const end = Date.now() + 30_000; ; await pause(500)) {
    const answer = await ask()
    if (expected.test(answer.stdout) || Date.now() > end) return answer
  }
}

for (const { name, proxy } of all) {
  for (const [words, expected] of commands) {
    const [command = '', ...more] = words
    const before = more.filter((word) => word === 'pod')
    const flags = more.filter((word) => word !== 'pod')
    test(`${name}: ${words.join(' ')}`, async () => {
      const pattern = expected[name] ?? /./
      const ask = () => run(command, ...before, proxy.name, '-n', proxy.namespace, ...flags)
      const { code, stdout, stderr } = await (command === 'explain' ? logged(ask, pattern) : ask())
      assert.ok(code === 0 || command === 'lint', `${code} ${stderr}`)
      assert.match(`${stdout}${stderr}`, pattern)
    })
  }
}
