import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { certificate, status } from '../../fetch/fake-api-server.ts'
import { shop, snapshotOf } from '../../fetch/xds/snapshots.ts'
import type { Outcome } from '../../run-program.ts'
import { type RunningGateway, startGateway } from './fake-gateway.ts'

type Gateway = Parameters<typeof startGateway>[0]

/** `status POD` of a gateway; without words of its own, what it has is what its control plane would send. */
async function difference(
  gateway: Partial<Gateway>,
  ...args: string[]
): Promise<Outcome & Pick<RunningGateway, 'ads'>> {
  const running = await startGateway({ used: shop, sent: snapshotOf(shop), ...gateway })
  try {
    return { ...(await running.mesh.run('status', 'edge-1.gateways', ...args)), ads: running.ads }
  } finally {
    await running.close()
  }
}

const allMatch = ['Clusters Match', 'Listeners Match', 'Routes Match', 'Endpoints Match']
const [cluster, ...otherClusters] = shop.clusters

test('Envoy Gateway: asked through its Service and the Secret of its proxies, under an id of its own and the cluster of the proxy', async () => {
  const { code, out, err, ads } = await difference({})
  assert.deepEqual([code, out.trimEnd().split('\n')], [0, allMatch])
  assert.equal(
    err,
    'edge-1.gateways: compared with what controller-1.gateways would send; secrets and extension configurations are not asked for\n',
  )
  const [first] = ads.requests
  assert.deepEqual(
    [first?.method, first?.id, first?.cluster],
    ['DeltaAggregatedResources', 'kubectl-proxy-status.edge-1', 'shop/edge'],
  )
  assert.ok(ads.requests.every(({ rejects, typeUrl }) => !rejects && !typeUrl.endsWith('Secret')))
})

test('what differs is shown as with istiod, endpoints included', async () => {
  const sent = snapshotOf({
    ...shop,
    clusters: [{ ...cluster, connect_timeout: '5s' }, ...otherClusters, { name: 'new', connect_timeout: '1s' }],
    endpoints: [{ cluster_name: 'shop/api', endpoints: [] }],
  })
  const { code, out } = await difference({ sent }, '--exit-code')
  assert.deepEqual(
    [code, out.trimEnd().split('\n').slice(0, 4)],
    [
      1,
      [
        "Clusters don't match",
        '  - new: only in the control plane',
        '  ~ api',
        '      connect_timeout: "5s" in the control plane, "1s" in Envoy',
      ],
    ],
  )
  assert.match(out, /^Endpoints don't match$/m)
})

test('--type: what is not asked of such a control plane is refused', async () => {
  assert.match((await difference({}, '--type', 'cds')).out, /^Clusters Match\n$/)
  const { code, err } = await difference({}, '--type', 'sds')
  assert.equal(code, 1)
  assert.match(err, /^error: no control plane but istiod is asked for secrets and extension configurations\n/)
})

test('a Secret that may not be read, and one that is missing: the permission, the flags, and what the proxy says of itself', async () => {
  const forbidden = await difference({ secret: status(403, 'Forbidden', 'secrets "envoy" is forbidden') })
  assert.equal(forbidden.code, 1)
  assert.match(
    forbidden.err,
    /^no control plane to compare with: the proxy's certificates are in Secret "envoy" of namespace "gateways"/,
  )
  assert.match(forbidden.err, /resources: \["secrets"\]/)
  assert.match(forbidden.err, /--xds-ca, --xds-cert and --xds-key/)
  assert.match(forbidden.out, /^edge-1\.gateways /m)
  const absent = await difference({ secret: undefined })
  assert.match(absent.err, /Secret "envoy" of namespace "gateways": .*not found/)
  const empty = await difference({ secret: { data: {} } })
  assert.match(empty.err, /Secret "envoy" in namespace "gateways" lacks ca\.crt, tls\.crt or tls\.key/)
})

test('certificates and a token from files; a certificate that the control plane does not take', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'xds-'))
  const other = certificate()
  try {
    const [ca, cert, key, token] = ['ca', 'cert', 'key', 'token'].map((name) => join(folder, name))
    const files = ['--xds-ca', ca, '--xds-cert', cert, '--xds-key', key].map(String)
    for (const [path, content] of [
      [ca, other.cert],
      [cert, other.cert],
      [key, other.key],
      [token, 'abc\n'],
    ] as const) {
      writeFileSync(String(path), content)
    }
    const refused = await difference({ secret: undefined }, ...files)
    assert.equal(refused.code, 1)
    assert.match(refused.err, /^no control plane to compare with: no TLS connection to controller-1\.gateways: /)
    const incomplete = await difference({}, '--xds-cert', String(cert))
    assert.match(incomplete.err, /--xds-cert and --xds-key go together/)
    const withToken = await difference({}, '--xds-token-file', String(token))
    assert.equal(withToken.ads.requests[0]?.headers.authorization, 'Bearer abc')
  } finally {
    other.remove()
    rmSync(folder, { recursive: true })
  }
})

test('gateway-namespace mode: a token like that of the pod, the node of the pod, and a root certificate of a ConfigMap', async () => {
  const byToken = { isByToken: true, isMutual: false, secret: undefined } as const
  const found = await difference({ ...byToken, token: 'token-of-the-pod' })
  assert.deepEqual(found.out.trimEnd().split('\n'), allMatch)
  const [first] = found.ads.requests
  assert.deepEqual([first?.headers.authorization, first?.id], ['Bearer token-of-the-pod', 'edge-1'])
  const refused = await difference({ ...byToken, token: 'another' })
  assert.equal(refused.code, 1)
  assert.match(
    refused.err,
    /^no control plane to compare with: controller-1\.gateways closed the call without an answer\. Showing/m,
  )
  assert.match(refused.err, /^The token may be expired, for another audience, or of another pod than the proxy\.$/m)
  assert.doesNotMatch(refused.err, /token-of-the-pod/)
  const without = await difference({ refusal: 'no token', refusalCode: 16 })
  assert.match(without.err, /controller-1\.gateways refused: Unauthenticated: no token\. Showing/)
  assert.match(without.err, /^--xds-token-file names a file with a token that the control plane knows the proxy by\.$/m)
})

test('a token of a file that is bound to no pod is not shown to Envoy Gateway; one that is goes with the node of its pod', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'xds-token-'))
  const file = join(folder, 'token')
  const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`
  try {
    writeFileSync(file, jwt({ 'kubernetes.io': { namespace: 'gateways', serviceaccount: { name: 'edge-sa' } } }))
    const loose = await difference({}, '--xds-token-file', file)
    assert.equal(loose.code, 1)
    assert.match(
      loose.err,
      /the token in ".*token" is bound to no pod, and a proxy's is: the control plane is not asked/,
    )
    assert.match(loose.err, /kubectl create token ACCOUNT -n gateways .* --bound-object-name edge-1/)
    assert.deepEqual(loose.ads.requests, [])
    const bound = jwt({ 'kubernetes.io': { pod: { name: 'edge-1' } } })
    writeFileSync(file, bound)
    const found = await difference({ token: bound }, '--xds-token-file', file)
    assert.deepEqual(found.out.trimEnd().split('\n'), allMatch)
    assert.equal(found.ads.requests[0]?.id, 'edge-1')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a control plane outside the cluster: no Service and no Secret is read, and the name in its certificate counts', async () => {
  const running = await startGateway({ used: shop, sent: snapshotOf(shop), runs: false, secret: undefined })
  const { certificateFile, keyFile, ads, mesh } = running
  const files = ['--xds-ca', certificateFile, '--xds-cert', certificateFile, '--xds-key', keyFile]
  const address = ['status', 'edge-1.gateways', '--xds-address', `127.0.0.1:${ads.port}`, ...files]
  try {
    const other = await mesh.run(...address)
    assert.match(other.err, /no TLS connection to 127\.0\.0\.1:\d+: .*altnames/i)
    const named = await mesh.run(...address, '--authority', 'fake.example')
    assert.deepEqual(named.out.trimEnd().split('\n'), allMatch)
    assert.match(named.err, /compared with what 127\.0\.0\.1:\d+ would send/)
    assert.deepEqual(
      mesh.api.requests.filter((line) => /services|secrets/.test(line)),
      [],
    )
  } finally {
    await running.close()
  }
})

test('a control plane that does not run, and one that knows no such proxy', async () => {
  const gone = await difference({ runs: false })
  assert.equal(gone.code, 1)
  assert.match(
    gone.err,
    /^no control plane to compare with: no pod of the control plane runs: Service "controller" in namespace "gateways" has none\. Showing/,
  )
  const dead = await difference({ isDead: true })
  assert.match(
    dead.err,
    /^no control plane to compare with: controller-1\.gateways refuses connections to its xDS port 8443\. Showing/,
  )
  const stranger = await difference({ sent: undefined, stats: {} })
  assert.match(
    stranger.err,
    /controller-1\.gateways accepted the request and sent nothing: it has no configuration for a proxy like this one/,
  )
})

test('a control plane that is not known to bear a second stream is not asked without leave', async () => {
  const unasked = await difference({ labels: {} })
  assert.equal(unasked.code, 0)
  assert.match(unasked.err, /is not known to bear a second stream .* --xds-second-stream asks it all the same/)
  assert.deepEqual(unasked.ads.requests, [])
  const asked = await difference({ labels: {}, isMutual: false }, '--xds-second-stream')
  assert.deepEqual(asked.out.trimEnd().split('\n'), allMatch)
  assert.equal(asked.ads.requests[0]?.id, 'edge-1')
  const without = await difference({ labels: {} }, '--xds-second-stream')
  assert.match(
    without.err,
    /^no control plane to compare with: controller-1\.gateways wants to see a certificate, and none was shown to it\. /,
  )
  assert.match(without.err, /^--xds-ca, --xds-cert and --xds-key take certificates from files instead\.$/m)
})

test('a control plane that nobody knows: certificates of the files that the bootstrap names, by the Secret behind them', async () => {
  const files = { labels: {}, certificateFiles: { ca: '/certs/ca.crt', certificate: '/certs/tls.crt' } } as const
  const found = await difference(files, '--xds-second-stream')
  assert.deepEqual(found.out.trimEnd().split('\n'), allMatch)
  const twoKeys = (names: readonly string[]) => ({
    data: Object.fromEntries(
      names.map((name) => [name, Buffer.from('-----BEGIN PRIVATE KEY-----').toString('base64')]),
    ),
  })
  const lacking = await difference({ ...files, secret: twoKeys(['ca.crt', 'tls.crt', 'b.key']) }, '--xds-second-stream')
  assert.match(lacking.err, /Secret "envoy" in namespace "gateways" lacks a private key to tls\.crt/)
  assert.doesNotMatch(lacking.err, /BEGIN/)
  const elsewhere = await difference(
    { labels: {}, certificateFiles: { ca: undefined, certificate: '/run/agent/tls.crt' } },
    '--xds-second-stream',
  )
  assert.match(
    elsewhere.err,
    /the proxy has its certificate in the file "\/run\/agent\/tls\.crt", which no Secret of its pod holds/,
  )
  const forbidden = await difference(
    { ...files, secret: status(403, 'Forbidden', 'secrets "envoy" is forbidden') },
    '--xds-second-stream',
  )
  assert.match(forbidden.err, /the proxy's certificates are in Secret "envoy" of namespace "gateways"/)
  assert.match(forbidden.err, /resources: \["secrets"\]/)
})

test('a control plane that nobody knows: a certificate that comes by SDS from a file, by what that file names', async () => {
  const files = {
    labels: {},
    isBySecretFile: true,
    certificateFiles: { ca: '/certs/ca.crt', certificate: '/certs/tls.crt' },
  } as const
  const found = await difference(files, '--xds-second-stream')
  assert.deepEqual(found.out.trimEnd().split('\n'), allMatch, found.err)
  const elsewhere = await difference(
    { ...files, certificateFiles: { ca: undefined, certificate: '/run/agent/tls.crt' } },
    '--xds-second-stream',
  )
  assert.match(
    elsewhere.err,
    /has its certificate in the file "\/run\/agent\/tls\.crt", which no Secret of its pod holds\. .*\n--xds-ca, --xds-cert and --xds-key take certificates from files instead\.$/m,
  )
})

test('a control plane that nobody knows: the token that the proxy sends with its calls, to no other address, and nowhere shown', async () => {
  const token = 'T0KEN-of-the-bootstrap'
  const known = {
    labels: {},
    isMutual: false,
    token,
    initialMetadata: [{ key: 'Authorization', value: `Bearer ${token}` }],
  } as const
  const found = await difference(known, '--xds-second-stream')
  assert.deepEqual(found.out.trimEnd().split('\n'), allMatch, found.err)
  assert.doesNotMatch(found.out + found.err, /T0KEN/)
  const unknown = await difference({ ...known, initialMetadata: [] }, '--xds-second-stream')
  assert.match(unknown.err, /could not be asked/)
  const saved = [{ key: 'authorization', value: 'Bearer [redacted-1a2b3c4d]' }]
  const redacted = await difference({ ...known, initialMetadata: saved }, '--xds-second-stream')
  assert.match(
    redacted.err,
    /^The proxy sends authorization of its bootstrap, which was not sent here\. --xds-token-file names a file/m,
  )
})
