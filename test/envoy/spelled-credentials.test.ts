import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../../src/envoy/json.ts'
import { redact } from '../../src/envoy/redaction/redact.ts'
import { redactText } from '../../src/envoy/redaction/redact-text.ts'
import { isSuspicious } from '../../src/envoy/redaction/suspicious.ts'

const secret = 'hunt3r2-Zx'
const base64 = Buffer.from(`u:${secret}`).toString('base64')

/** What stands for a secret has no letter or digit of it. */
function assertHidden(text: string, what: string): void {
  assert.ok(!text.includes(secret) && !text.includes(base64.slice(4, 12)), `${what}: ${text}`)
  assert.ok(text.includes('[redacted'), `${what}: ${text}`)
}

test('credentials as command lines, code, logs and texts within texts spell them are hidden', () => {
  for (const text of [
    `run --password ${secret}`,
    `run --client-secret ${secret} --port 80`,
    `sh -c "x --api-key '${secret}'"`,
    `curl -u admin:${secret} http://x`,
    `curl --user admin:${secret} http://x`,
    `h:headers():replace('x-api-key', '${secret}')`,
    `handle:headers():add("x-auth-token", "${secret}")`,
    `local t = { ["x-auth-token"] = "${secret}" }`,
    `request.headers["authorization"] = "${secret}"`,
    `[(":path", "/"), ("x-api-key", "${secret}")]`,
    `map[Accept:[*/*] X-Api-Key:[${secret}]]`,
    `headers={x-api-key:[${secret}]}`,
    `{"msg":"{\\"password\\":\\"${secret}\\",\\"user\\":\\"u\\"}"}`,
    `{"msg":"{\\"cookie\\":\\"${secret}\\"}"}`,
    `Authorization: Token ${secret}`,
    `authorization: AWS4-HMAC-SHA256 Credential=${secret}/2026, SignedHeaders=host, Signature=${secret}`,
    `GET /callback?code=${secret}&state=1`,
    `session_id=${secret}`,
    `level=info jwt=${secret} msg=x`,
    `msg=x cookie=sid=${secret}`,
    `{"auths":{"h":{"auth":"${base64}"}}}`,
    `AccountKey=${secret};`,
    `hmac_key=${secret}`,
  ]) {
    assert.ok(isSuspicious(text), `passed by: ${text}`)
    assertHidden(redactText(text), text)
  }
})

test('tokens of services and ids of keys of AWS are hidden by their form', () => {
  for (const token of [
    'AKIAIOSFODNN7EXAMPLE',
    'ASIAIOSFODNN7EXAMPLE',
    `glpat-${'a1'.repeat(10)}`,
    `dop_v1_${'a1'.repeat(32)}`,
    `sk-proj-${'a1'.repeat(20)}`,
    `sk-ant-api03-${'a1'.repeat(20)}`,
  ]) {
    assert.equal(redactText(token), '[redacted]', token)
    assert.deepEqual(redact({ note: `of ${token}.` }), { note: 'of [redacted].' })
  }
})

test('members that hold secrets by their names are hidden, wherever they stand', () => {
  for (const value of [
    { platform: { secret } },
    { env: [{ name: 'ANY', value: secret }] },
    { PROXY_CONFIG: { proxyMetadata: { ANY: secret } } },
    { proxy_metadata: { ANY: secret } },
    { ANNOTATIONS: { 'kubectl.kubernetes.io/last-applied-configuration': `{"env":[{"value":"${secret}"}]}` } },
    { ANNOTATIONS: { 'proxy.istio.io/overrides': `{"containers":[{"env":[{"value":"${secret}"}]}]}` } },
    { hmacKey: secret },
    { 'hmac-key': secret },
    { includeAdditionalHeadersInCheck: { 'x-ext-key': secret } },
    { entries: { 'auth.password': { final_value: secret, layer_values: ['', secret] } } },
    { '.dockerconfigjson': secret },
    { [`https://u:${secret}@host`]: 1 },
    { headers: { [`Bearer ${secret}`]: { a: 1 } } },
  ] as Json[])
    assertHidden(JSON.stringify(redact(value)), JSON.stringify(value))
})

test('what only looks alike stays', () => {
  for (const text of [
    'use --token TOKEN or --password <password>',
    'docker run -u 1000:1000 image',
    'h:headers():get("authorization")',
    'allowed = { "authorization", "cookie" }',
    'h:headers():add("x-request-id", "a-b-c-d")',
    'h:headers():replace("authorization", "Bearer ")',
    'h:headers():add("x-api-key", "%REQ(x-key)%")',
    '?code=404&state=x',
    '?code=NOT_FOUND_AT_ALL',
    'authorization: required for all hosts',
    'map[Accept:[text/html] Key:[a]]',
    '{"auth":"none"}',
    'AKIA is a prefix',
    'sk-learn',
    '--secret-name default',
  ])
    assert.equal(redactText(text), text)
  for (const value of [
    { labels: { env: 'prod', environment: 'prod' } },
    { env: [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'a' } } }] },
    { volumes: [{ secret: { secretName: 'tls' } }] },
    { 'x-key-name': 'a' },
    { entries: { 'upstream.healthy_panic_threshold': { final_value: '50', layer_values: ['50'] } } },
    { 'outbound|80||a.b.svc.cluster.local': 1 },
  ] as Json[])
    assert.deepEqual(redact(value), value)
})

test('a text that is made to be searched again and again is read all the same', () => {
  for (const part of [
    '\\',
    '\\"a',
    '("a",',
    "['a']='",
    '--token ',
    '-u a',
    'a:[',
    '-a-a-token',
    'cookie=a',
    '"auth":"',
    'glpat',
    'AKI',
  ])
    assert.ok(redactText(part.repeat(200_000)).length > 0)
})
