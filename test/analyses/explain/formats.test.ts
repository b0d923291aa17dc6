import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatTokens } from '../../../src/analyses/explain/log/format-tokens.ts'
import { jsonFormat } from '../../../src/analyses/explain/log/json-format.ts'
import { loadedFormats } from '../../../src/analyses/explain/log/loaded-formats.ts'
import { logReader } from '../../../src/analyses/explain/log/log-reader.ts'
import { type FieldName, fieldNames, type LoggedRequest } from '../../../src/analyses/explain/log/logged-request.ts'
import { textFormat } from '../../../src/analyses/explain/log/text-format.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import { inMemory } from '../../../src/envoy/input/stored-bytes.ts'

function fieldsOf(line: LoggedRequest | undefined): Partial<Record<FieldName, string>> {
  assert.ok(line !== undefined, 'the line was read')
  return Object.fromEntries(
    fieldNames.flatMap((field) => {
      const value = line.get(field)
      return value === undefined ? [] : [[field, value]]
    }),
  )
}

test('a format string is divided into operators and text, %% is a percent sign', () => {
  assert.deepEqual(formatTokens('%START_TIME(%Y-%m-%dT%H:%M:%S%z)% 100%% "%REQ(X-A?:PATH):20%" %RESPONSE_CODE%\n'), [
    { operator: { name: 'START_TIME', args: '%Y-%m-%dT%H:%M:%S%z' } },
    { literal: ' 100% "' },
    { operator: { name: 'REQ', args: 'X-A?:PATH' } },
    { literal: '" ' },
    { operator: { name: 'RESPONSE_CODE' } },
    { literal: '\n' },
  ])
})

const envoy = [
  '[2026-01-01T10:00:00.000Z] "GET /a HTTP/1.1" 503 UF,URX 0 91 2877 - "10.0.0.9" "curl/8" "id-1" "pay:9080" "10.0.0.1:80"',
  {
    time: '2026-01-01T10:00:00.000Z',
    method: 'GET',
    path: '/a',
    protocol: 'HTTP/1.1',
    code: '503',
    flags: 'UF,URX',
    bytesReceived: '0',
    bytesSent: '91',
    duration: '2877',
    forwardedFor: '10.0.0.9',
    userAgent: 'curl/8',
    requestId: 'id-1',
    authority: 'pay:9080',
    upstreamHost: '10.0.0.1:80',
  },
] as const

const known: readonly (readonly [string, string, Partial<Record<FieldName, string>>])[] = [
  ['Envoy', ...envoy],
  ['Emissary', `ACCESS ${envoy[0]}`, envoy[1]],
  ['kubectl logs --prefix', `[pod/web-1/istio-proxy] ${envoy[0]}`, envoy[1]],
  ['kubectl logs --timestamps', `2026-01-01T10:00:00.123456789Z ${envoy[0]}`, envoy[1]],
  ['a file of a container runtime', `2026-01-01T10:00:00.123456789+01:00 stdout F ${envoy[0]}`, envoy[1]],
  ['a file of Docker', JSON.stringify({ log: `${envoy[0]}\n`, stream: 'stdout' }), envoy[1]],
  ['stern', `web-5d istio-proxy ${envoy[0]}`, envoy[1]],
  [
    'Istio, TCP',
    '[2026-01-01T10:00:00.000Z] "- - -" 0 UF,URX - - "TLS_error:|268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:TLS_error_end" 0 0 12 - "-" "-" "-" "-" "10.0.0.1:443" outbound|443||db - 10.0.0.2:443 10.0.0.3:5000 db.example -',
    {
      time: '2026-01-01T10:00:00.000Z',
      code: '0',
      flags: 'UF,URX',
      transportFailure: 'TLS_error:|268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:TLS_error_end',
      bytesReceived: '0',
      bytesSent: '0',
      duration: '12',
      upstreamHost: '10.0.0.1:443',
      cluster: 'outbound|443||db',
      downstreamLocal: '10.0.0.2:443',
      downstreamRemote: '10.0.0.3:5000',
      sni: 'db.example',
    },
  ],
  [
    'Kuma, TCP',
    '[2026-01-01T10:00:00.000Z] UF default 10.0.0.3(web)->10.0.0.1:80(backend) took 12ms, sent 0 bytes, received: 80 bytes',
    {
      time: '2026-01-01T10:00:00.000Z',
      flags: 'UF',
      upstreamHost: '10.0.0.1:80',
      duration: '12',
      bytesSent: '0',
      bytesReceived: '80',
    },
  ],
  [
    'Envoy Gateway',
    JSON.stringify({
      start_time: '2026-01-01T10:00:00.000Z',
      method: 'GET',
      'x-envoy-origin-path': '/a',
      ':authority': 'shop.example',
      response_code: 404,
      response_flags: 'NR',
      response_code_details: 'route_not_found',
      upstream_cluster: null,
      duration: 0,
      'user-agent': 'curl/8',
    }),
    {
      time: '2026-01-01T10:00:00.000Z',
      method: 'GET',
      path: '/a',
      authority: 'shop.example',
      code: '404',
      flags: 'NR',
      details: 'route_not_found',
      duration: '0',
      userAgent: 'curl/8',
    },
  ],
  [
    "Gloo's camel case",
    JSON.stringify({
      responseCode: '503',
      responseFlags: 'UH',
      upstreamCluster: 'a_b',
      duration: '3',
      protocol: 'HTTP/2',
    }),
    { code: '503', flags: 'UH', cluster: 'a_b', duration: '3', protocol: 'HTTP/2' },
  ],
]

for (const [who, line, wanted] of known) {
  test(`without a dump, a line of ${who} is read`, () => {
    assert.deepEqual(fieldsOf(logReader([]).read(line)), wanted)
  })
}

test('lines of an application are no access log, in text or JSON', () => {
  const reader = logReader([])
  for (const line of [
    'Starting server on :8080',
    '2026-01-01T10:00:00.000Z info xdsproxy connected to upstream XDS server',
    '[2026-01-01 10:00:00.000][1][info][main] [source/server/server.cc:430] initializing epoch 0',
    JSON.stringify({ level: 'info', time: 1, msg: 'handled', status: 200 }),
    '{"broken',
    '[1]',
    'null',
    '{}',
    '',
  ])
    assert.equal(reader.read(line), undefined, line)
})

test('quotes within a quoted value do not mislead: what follows must have the shape of the next fields', () => {
  const format = textFormat(
    'test',
    '"%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" %RESPONSE_CODE% %RESPONSE_FLAGS%',
  )
  const line = format?.read('"a" "b" c" "id-7" "shop.example" 503 UC')
  assert.deepEqual(fieldsOf(line), {
    userAgent: 'a" "b" c',
    requestId: 'id-7',
    authority: 'shop.example',
    code: '503',
    flags: 'UC',
  })
})

test('a line that could be divided in very many ways is given up, not tried for ever', () => {
  const format = textFormat('test', Array.from({ length: 40 }, (_, at) => `%REQ(X-${at})%`).join(' '))
  const began = process.cpuUsage()
  for (let at = 0; at < 200; at++) assert.equal(format?.read(`${'a '.repeat(5000)}\n`) === undefined, false)
  const strict = textFormat(
    'test',
    `${Array.from({ length: 40 }, (_, at) => `%REQ(X-${at})%`).join(' ')} %RESPONSE_CODE% x`,
  )
  for (let at = 0; at < 200; at++) assert.equal(strict?.read(`${'a '.repeat(5000)}`), undefined)
  const { user } = process.cpuUsage(began)
  assert.ok(user < 20e6, `${user / 1e6} s of the processor`)
})

test('expressions of CEL and newer operators are the fields that they name', () => {
  const format = textFormat(
    'test',
    '"%CEL(request.method)% %REQ_WITHOUT_QUERY(:PATH)%" %CEL(response.code)% %RESPONSE_FLAGS% %CEL(xds.cluster_name)% %CEL(request.headers[\'X-TENANT\'])% %CEL(a(b) && c)%',
  )
  const line = format?.read('"GET /a" 503 UH pay blue true')
  assert.deepEqual(fieldsOf(line), { method: 'GET', path: '/a', code: '503', flags: 'UH', cluster: 'pay' })
  assert.deepEqual(line?.headers, [['x-tenant', 'blue']])
})

test('loggers of a dump: the names of API v2, formats that hold nothing, loggers that write no lines', async () => {
  const logger = (name: string, config: object) => ({ name, typed_config: config })
  const file = { '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog' }
  const dump = await dumpOfListener([
    { name: 'envoy.file_access_log', config: { path: '/dev/stdout', format: 'A %RESPONSE_CODE% %RESPONSE_FLAGS%\n' } },
    logger('a', {
      ...file,
      log_format: { text_format_source: { inline_bytes: btoa('B %RESPONSE_CODE% %DURATION%') } },
    }),
    logger('b', { ...file, log_format: { json_format: { code: '%RESPONSE_CODE%' } } }),
    logger('c', { ...file, log_format: { text_format_source: { filename: '/x' } } }),
    logger('d', file),
    logger('h', { ...file, log_format: { text_format: 'a line came\n' } }),
    logger('e', { '@type': 'type.googleapis.com/envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig' }),
  ])
  const { formats, withoutLines, unreadable } = loadedFormats(dump)
  assert.deepEqual(
    formats.map(({ fields }) => fields.length),
    [2, 2, 1, 15],
  )
  assert.deepEqual([withoutLines, unreadable], [['HttpGrpcAccessLogConfig'], 1])
  assert.equal(logReader(formats).read('B 503 7')?.get('duration'), '7')
})

async function dumpOfListener(access_log: readonly object[]) {
  const listener = { name: 'web', filter_chains: [{ filters: [{ name: 'x', typed_config: { access_log } }] }] }
  const section = {
    '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
    static_listeners: [{ listener: { '@type': 'type.googleapis.com/envoy.config.listener.v3.Listener', ...listener } }],
  }
  return readDump(inMemory(Buffer.from(JSON.stringify({ configs: [section] }))), 'test')
}

test('a JSON format: nested objects, several operators in one text, other headers, no values', () => {
  const format = jsonFormat('test', {
    request: { line: '%REQ(:METHOD)% %REQ(:PATH)% %PROTOCOL%', tenant: '%REQ(X-TENANT)%' },
    status: '%RESPONSE_CODE%',
    f: '%RESPONSE_FLAGS_LONG%',
    fixed: 'web',
  })
  const line = format.read(
    '{"request":{"line":"GET /a HTTP/2","tenant":"blue"},"status":503,"f":"UpstreamOverflow","fixed":"web"}',
  )
  assert.deepEqual(fieldsOf(line), {
    method: 'GET',
    path: '/a',
    protocol: 'HTTP/2',
    code: '503',
    flags: 'UpstreamOverflow',
  })
  assert.deepEqual(line?.headers, [['x-tenant', 'blue']])
  assert.equal(format.read('{"status":503,"another":1}'), undefined)
  assert.equal(format.read('{"status":null,"request":7}')?.get('code'), undefined)
})

test('a line cut anywhere is read or passed by, never an error', () => {
  const reader = logReader([])
  for (const [, line] of known)
    for (let end = 0; end <= line.length; end++) assert.doesNotThrow(() => reader.read(line.slice(0, end)))
})
