import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { runProgram } from '../../run-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'explain-'))
after(() => rmSync(folder, { recursive: true }))

const line = (at: number, rest: string) =>
  `[2026-01-01T10:00:0${at}.000Z] "GET /a HTTP/1.1" ${rest} 0 91 ${at}00 - "-" "curl/8" "id-${at}" "pay:9080" "10.0.0.1:80"`
const lines = ['starting', line(1, '200 -'), line(2, '503 UC'), line(3, '404 NR'), line(4, '503 UC'), line(5, '0 DC')]
const log = `${lines.join('\n')}\n`

test('a few words are enough', async () => {
  const { out, code } = await runProgram(['explain', '503 UC'])
  assert.equal(code, 0)
  assert.match(
    out,
    /^503 UC\n {2}The connection to the upstream host was closed.*\n {2}ended by {3}the upstream server \(likely\)\n/,
  )
  assert.match((await runProgram(['explain', 'UF,URX'])).out, /besides {4}The request was tried as often as it may be/)
  assert.match((await runProgram(['explain', '403 ext_authz_denied'])).out, /external authorization service denied/)
})

test('a log: a block for each kind, the worst first; what is none passes by', async () => {
  const { out } = await runProgram(['explain', '--log', '-'], { stdin: log })
  assert.match(
    out,
    /^5 requests, 4 failed \(80 %\), 2026-01-01T10:00:01.000Z to 2026-01-01T10:00:05.000Z\n1 line of no access log passed by\n/,
  )
  assert.deepEqual(
    [...out.matchAll(/^(\S.*?) {2}\d+ request/gm)].map(([, head]) => head),
    ['503 UC', '404 NR', 'DC'],
  )
  assert.match(out, /503 UC {2}2 requests, .*\n(?:.*\n)*? {2}took {7}200 to 400 ms/)
})

test('a file, compressed too, without a line end, with line ends of Windows', async () => {
  const { out } = await runProgram(['explain', '--log', '-'], { stdin: log })
  for (const [name, bytes] of [
    ['plain.log', Buffer.from(log)],
    ['packed.log.gz', gzipSync(log)],
    ['cut.log', Buffer.from(log.trimEnd())],
    ['windows.log', Buffer.from(log.replaceAll('\n', '\r\n'))],
  ] as const) {
    writeFileSync(join(folder, name), bytes)
    assert.equal((await runProgram(['explain', '--log', join(folder, name)])).out, out, name)
  }
})

test('rows, a document, names', async () => {
  const table = await runProgram(['explain', '--log', '-', '-o', 'table'], { stdin: log })
  assert.deepEqual(
    table.out.split('\n').map((row) =>
      row
        .split(/\s{2,}/)
        .slice(0, 3)
        .join(' '),
    ),
    ['COUNT CODE FLAGS', '2 503 UC', '1 404 NR', '1 0 DC', ''],
  )
  const document = JSON.parse((await runProgram(['explain', '--log', '-', '-o', 'json'], { stdin: log })).out) as {
    requests: number
    otherLines: number
    kinds: { flags: string; endedBy: string; examples: string[] }[]
  }
  assert.deepEqual([document.requests, document.otherLines], [5, 1])
  assert.deepEqual(
    document.kinds.map(({ flags, endedBy }) => [flags, endedBy]),
    [
      ['UC', 'upstream'],
      ['NR', 'configuration'],
      ['DC', 'client'],
    ],
  )
  assert.deepEqual(document.kinds[0]?.examples, [lines[2], lines[4]])
  const flagsOf = async (text: string) =>
    JSON.parse((await runProgram(['explain', text, '-o', 'json'])).out).kinds[0].flagList
  assert.deepEqual(await flagsOf('503 UF,URX'), ['UF', 'URX'])
  assert.deepEqual(await flagsOf('403 rbac_access_denied_matched_policy[none]'), [])
})

test('--where keeps what has all the values', async () => {
  const count = async (...where: string[]) => {
    const { out } = await runProgram(
      ['explain', '--log', '-', '-o', 'json', ...where.flatMap((text) => ['--where', text])],
      {
        stdin: log,
      },
    )
    const { requests, filteredOut } = JSON.parse(out) as { requests: number; filteredOut: number }
    assert.equal(requests + filteredOut, 5)
    return requests
  }
  assert.equal(await count('code=503'), 2)
  assert.equal(await count('code=5xx,flags=UC'), 2)
  assert.equal(await count('code=5xx', 'requestId=id-2'), 1)
  assert.equal(await count('authority=pay*'), 5)
  assert.equal(await count('authority=pay'), 0)
  const wrong = await runProgram(['explain', '--log', '-', '--where', 'colour=red'], { stdin: log })
  assert.equal(wrong.code, 1)
  assert.match(wrong.err, /no line of a log has the field "colour"/)
})

test('a healthy log says how it went, by cluster and route', async () => {
  const { out } = await runProgram(['explain', '--log', '-'], { stdin: `${line(1, '200 -')}\n${line(2, '200 -')}\n` })
  assert.match(out, /^2 requests, 0 failed \(0 %\)/)
  assert.match(out, /REQUESTS {2}SUCCESS {2}P50 .*\n2 {9}100 % .*103 ms {2}200 ms/)
})

test('what cannot be: no line, two lines, a line and a log, no access log', async () => {
  for (const [argv, message] of [
    [['explain'], /explain needs a LINE/],
    [['explain', '503 UC', '404 NR'], /unexpected argument: "404 NR"/],
    [['explain', '503 UC', '--log', '-'], /cannot both be given/],
    [
      ['explain', '503 UC', '--since', '5m'],
      /--since reads the log of a POD: it does not go with a LINE\nOf a saved log/,
    ],
    [
      ['explain', 'web-1', '--log', '-', '--since', '5m'],
      /--since reads the log of a POD: it does not go with --log\n/,
    ],
    [['explain', 'hello world'], /no line of an access log/],
    [['explain', '--file', '-', '--log', '-'], /cannot both be standard input/],
    [['explain', '--log', join(folder, 'absent')], /does not exist/],
  ] as const) {
    const { code, err } = await runProgram(argv, { stdin: '' })
    assert.equal(code, 1, argv.join(' '))
    assert.match(err, message)
  }
  const nothing = await runProgram(['explain', '--log', '-', '-o', 'table'], { stdin: 'a\nb\n' })
  assert.equal(nothing.err, 'No line is one of an access log: 2 lines passed by.\n')
})

test('hostile logs: a line of 3 MB, bytes that are no text, controls', async () => {
  const hostile = Buffer.concat([
    Buffer.from(`${line(1, '503 UC')}\n`),
    Buffer.alloc(3 * 2 ** 20, 'a'),
    Buffer.from('\n'),
    Buffer.from([0xff, 0xfe, 0x00, 0x1b, 0x5b, 0x33, 0x31, 0x6d, 0x0a]),
    Buffer.from(`${line(2, '503 UC').replace('pay', '\u001b[31mpay')}\n`),
  ])
  const { out, code } = await runProgram(['explain', '--log', '-'], { stdin: hostile })
  assert.equal(code, 0)
  assert.match(out, /^2 requests, 2 failed .*\n2 lines of no access log passed by/)
  assert.doesNotMatch(out, /\u001b/)
})

const dump = ['--file', 'test/fixtures/sidecar/config_dump.json']

/** A line of the sidecar's own proxy in Istio's format, which its dump does not have loaded. */
function istioLine(path: string, rest: string, cluster: string, route: string): string {
  return `[2026-01-01T10:00:00.000Z] "GET ${path} HTTP/1.1" ${rest} - "-" 0 91 5 - "-" "curl/8" "id" "reviews:9080" "10.0.0.1:80" ${cluster} - 10.96.1.1:9080 10.0.0.3:5000 - ${route}`
}

test('--verify says which requests a trace predicts', async () => {
  const log = [
    istioLine('/health', '200 - direct_response', '-', 'health'),
    istioLine('/health', '503 UC upstream_reset_before_response_started{connection_termination}', 'elsewhere', '-'),
  ].join('\n')
  const { out } = await runProgram(['explain', ...dump, '--log', '-', '--verify', '-o', 'json'], { stdin: log })
  const { verification, kinds } = JSON.parse(out) as {
    verification: Record<string, unknown>
    kinds: { findings: { code: string }[] }[]
  }
  assert.equal(verification.compared, 2)
  assert.equal(verification.differs, 1)
  assert.ok(kinds[0]?.findings.some(({ code }) => code === 'other-now'))
  const rows = await runProgram(['explain', ...dump, '--log', '-', '--verify', '-o', 'jsonl'], { stdin: log })
  assert.match(rows.err, /^\d+ of \d+ as predicted by a trace$/m)
  const text = await runProgram(['explain', ...dump, '--log', '-', '--verify'], { stdin: log })
  assert.doesNotMatch(text.err, /as predicted/)
  const { err, code } = await runProgram(['explain', '503 UC', '--verify'])
  assert.equal(code, 1)
  assert.match(err, /--verify needs the configuration of the proxy/)
})

test('counters of hosts: one fails, the others do not', async () => {
  const host = (address: string, errors: number) => ({
    address: { socket_address: { address, port_value: 80 } },
    stats: [
      { name: 'rq_total', value: '214' },
      { name: 'rq_error', value: String(errors) },
      // Envoy counts a request that was ended by time as both.
      { name: 'rq_timeout', value: String(errors) },
      { name: 'cx_connect_fail', value: '0' },
    ],
    health_status: { eds_health_status: 'HEALTHY', ...(errors > 0 ? { failed_outlier_check: true } : {}) },
  })
  const clusters = { cluster_statuses: [{ name: 'pay', host_statuses: [host('10.0.0.1', 212), host('10.0.0.2', 0)] }] }
  writeFileSync(join(folder, 'clusters.json'), JSON.stringify(clusters))
  const argv = ['explain', ...dump, '--clusters-file', join(folder, 'clusters.json'), '--log', '-']
  const { out } = await runProgram(argv, { stdin: istioLine('/x', '503 UC -', 'pay', '-') })
  assert.match(out, /found {6}since the proxy started, 10\.0\.0\.1:80: 212 of 214 requests failed; the other 1 none\n/)
  assert.match(out, /found {6}1 of 2 hosts are not healthy: 10\.0\.0\.1:80 \(ejected by outlier detection\)\n/)
})

test('details alone, and a status alone, say what they can', async () => {
  const first = async (words: string) => (await runProgram(['explain', words])).out.split('\n')[1]
  assert.match((await first('no_healthy_upstream')) ?? '', /no host that may be chosen/)
  assert.match(
    (await first('upstream_reset_before_response_started{connection_failure,delayed_connect_error:_111}')) ?? '',
    /nothing listens/,
  )
  assert.match((await first('jwt_authn_access_denied{Jwt_is_expired}')) ?? '', /token has expired/)
  assert.match((await first('503')) ?? '', /the line does not say whether the server or this proxy gave it/)
  const { out } = await runProgram([
    'explain',
    '403 rbac_access_denied_matched_policy[ns[foo]-policy[deny-all]-rule[0]]',
  ])
  assert.match(out, /found {6}AuthorizationPolicy deny-all of namespace foo denies it, by rule 0\n/)
})

test('a LINE of a format that is not known, or a piece of one, says what its status and flags say', async () => {
  for (const [text, head] of [
    ['10.0.0.1 shop.example "GET /a HTTP/1.1" 503 UF,URX rest', /^503 UF,URX\n/],
    [
      'HTTP/1.1" 503 UC upstream_reset_before_response_started{connection_termination} - "-" 0 95',
      /^503 UC upstream_reset_before/,
    ],
    [
      '... 503 UF - "TLS error: 268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED" 0',
      /does not accept the certificate/,
    ],
  ] as const) {
    const { out, code } = await runProgram(['explain', text])
    assert.equal(code, 0, text)
    assert.match(out, head)
  }
  // In a log such a line is none.
  assert.match((await runProgram(['explain', '--log', '-'], { stdin: 'job 503 DO it\n' })).out, /^$/)
})

test('a log without a request to speak of says why, in every format', async () => {
  const log = `${line(1, '503 UC')}\n`
  for (const [argv, stdin, message] of [
    [[], 'a\nb\n', 'No line is one of an access log: 2 lines passed by.\n'],
    [[], '', 'The log is empty.\n'],
    [['--where', 'code=200'], log, 'No request has the values of --where: 1 request left out.\n'],
  ] as const)
    for (const format of ['text', 'table', 'jsonl', 'json']) {
      const { code, err } = await runProgram(['explain', '--log', '-', ...argv, '-o', format], { stdin })
      assert.deepEqual({ code, err }, { code: 0, err: message }, format)
    }
})

test('lines that were passed by are counted beside a single request as well', async () => {
  const { out } = await runProgram(['explain', '--log', '-'], { stdin: `${line(1, '503 UC')}\nno line\n` })
  assert.match(out, /^1 request, 1 failed \(100 %\).*\n1 line of no access log passed by\n\n503 UC /)
})

test('every line of a file that is larger than what is held of it is read', async () => {
  const path = join(folder, 'large.log')
  const count = 40_000
  writeFileSync(
    path,
    Array.from({ length: count }, (_, at) => `${line(at % 10, '503 UC').replace('/a', `/${at}`)}\n`).join(''),
  )
  const { out } = await runProgram(['explain', '--log', path, '-o', 'json'])
  const { requests, otherLines } = JSON.parse(out) as { requests: number; otherLines: number }
  assert.deepEqual([requests, otherLines], [count, 0])
})
