import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from '../run-program.ts'

const file = ['--file', 'test/fixtures/authz/config_dump.json']

test('policies of HTTP and network filters, default chains, shadow rules, matchers and routes', async () => {
  const { out, code } = await runProgram(['authz', ...file])
  assert.equal(
    `\n${out}`,
    `
ACTION            POLICY                  RULES   LAYER   MATCHES                                                                                                                                        LOCATIONS
DENY              no-admin.default        1       HTTP    path /admin* or ~/internal/.+, not principal spiffe://cluster.local/ns/default/sa/admin                                                        virtualInbound 0.0.0.0_8080
CUSTOM            ask.default             1       HTTP    path /headers*                                                                                                                                 virtualInbound 0.0.0.0_8080
ALLOW             allow-get.default       2       HTTP    method GET or HEAD, path /info or /data/*, (from namespace frontend or remote ip 10.244.0.0/16 or source ip 192.0.2.0/24) | claim groups ops   virtualInbound 0.0.0.0_8080
ALLOW             metrics.istio-system    1       HTTP    port 15020, not method POST                                                                                                                    virtualInbound 0.0.0.0_8080
ALLOW (dry run)   dry-run.default         1       HTTP    always                                                                                                                                         virtualInbound 0.0.0.0_8080
ALLOW             in-cluster              1       HTTP    remote ip 10.244.*                                                                                                                             virtualInbound 0.0.0.0_8080
DENY              rest                    1       HTTP    anything else                                                                                                                                  virtualInbound 0.0.0.0_8080
DENY              no-plain-text.default   1       TCP     not an authenticated principal                                                                                                                 virtualInbound virtualInbound
LOG               everyone                1       HTTP    always                                                                                                                                         route inbound|8080|| inbound|http|8080 slow
`,
  )
  assert.equal(code, 0)
})

test('json has every rule as Envoy has it, and where', async () => {
  const { out } = await runProgram(['authz', ...file, '-o', 'json'])
  const policies = JSON.parse(out) as {
    policy: string
    dryRun?: boolean
    rules: { id: string }[]
    locations: object[]
  }[]
  const named = (name: string) => policies.find(({ policy }) => policy === name)
  assert.deepEqual(
    named('ask.default')?.rules.map(({ id }) => id),
    ['istio-ext-authz-ns[default]-policy[ask]-rule[0]'],
  )
  assert.deepEqual(named('ask.default')?.locations, [
    { listener: 'virtualInbound', filterChain: '0.0.0.0_8080', filter: 'envoy.filters.http.rbac' },
  ])
  assert.deepEqual(named('everyone')?.locations, [
    {
      routeConfiguration: 'inbound|8080||',
      virtualHost: 'inbound|http|8080',
      route: 'slow',
      filter: 'envoy.filters.http.rbac',
    },
  ])
  assert.equal(named('dry-run.default')?.dryRun, true)
})

test('a proxy without policies', async () => {
  const { out, err, code } = await runProgram(['authz', '--file', 'test/fixtures/sidecar/config_dump.json'])
  assert.deepEqual({ out, code }, { out: '', code: 0 })
  assert.match(err, /^No authorization policies found\.\n/)
})

interface Asked {
  readonly verdict: string
  readonly policy?: string
  readonly reason: string
  readonly steps: { readonly filter: string; readonly verdict: string; readonly policy?: string }[]
}

async function ask(request: string, ...more: string[]): Promise<Asked & { code: number }> {
  const argv = ['authz', ...file, '--request', request, '--port', '8080', ...more, '-o', 'json']
  const { out, err, code } = await runProgram(argv)
  assert.notEqual(out, '', err)
  return { ...(JSON.parse(out) as Asked), code }
}

const verdictOf = ({ steps }: Asked, filter: string) => steps.filter((step) => step.filter === filter).at(-1)

test('a request that no ALLOW policy matches: what it lacks for each, the nearest first', async () => {
  const { reason, steps } = await ask('GET /other', '--source', '10.1.1.1', '--host', 'a')
  const text =
    'no ALLOW policy matches; unmet in rule 1 of allow-get.default: claim groups ops; in rule 0 of metrics.istio-system: port 15020; in rule 0 of allow-get.default: path /info or /data/*, (from namespace frontend or remote ip 10.244.0.0/16 or source ip 192.0.2.0/24)'
  assert.equal((reason as unknown as { text: string }).text, text)
  assert.deepEqual(steps.at(-1), {
    listener: 'virtualInbound',
    filterChain: '0.0.0.0_8080',
    route: 'default (prefix /)',
    filter: 'envoy.filters.http.rbac',
    verdict: 'denies',
    reason: { code: 'rbac-no-policy-matches', args: { action: 'ALLOW' }, text },
    missed: [
      { policy: 'rule 1 of allow-get.default', unmet: 'claim groups ops' },
      { policy: 'rule 0 of metrics.istio-system', unmet: 'port 15020' },
      {
        policy: 'rule 0 of allow-get.default',
        unmet: 'path /info or /data/*, (from namespace frontend or remote ip 10.244.0.0/16 or source ip 192.0.2.0/24)',
      },
    ],
  })
})

test('the rule that allows is named', async () => {
  const rbac = verdictOf(await ask('GET /info', '--source', '10.244.1.1'), 'envoy.filters.http.rbac')
  assert.deepEqual({ verdict: rbac?.verdict, policy: rbac?.policy }, { verdict: 'passes', policy: 'allow-get.default' })
})

test('the rule that denies is named, and the exit code says so', async () => {
  const answer = await ask('/admin/users', '--source', '10.244.1.1')
  assert.equal(answer.verdict, 'denied')
  assert.equal(answer.policy, 'no-admin.default')
  assert.deepEqual(answer.reason, {
    code: 'rbac-denied',
    args: { policy: 'ns[default]-policy[no-admin]-rule[0]' },
    text: 'rule 0 of no-admin.default denies it',
  })
  assert.equal(answer.code, 1)
})

test('a matcher tree decides', async () => {
  const inside = verdictOf(await ask('/info', '--source', '10.244.1.1'), 'rbac-by-matcher')
  assert.deepEqual({ verdict: inside?.verdict, policy: inside?.policy }, { verdict: 'passes', policy: 'in-cluster' })
  const outside = await ask('/info', '--source', '192.0.2.7')
  assert.deepEqual({ verdict: outside.verdict, policy: outside.policy }, { verdict: 'denied', policy: 'rest' })
})

test('CUSTOM: the authorizer is asked only where the shadow rules match', async () => {
  const aside = verdictOf(await ask('/info', '--source', '10.244.1.1'), 'envoy.filters.http.ext_authz')
  assert.equal(aside?.verdict, 'passes')
  const asked = verdictOf(await ask('/headers', '--source', '10.244.1.1'), 'envoy.filters.http.ext_authz')
  assert.equal(asked?.verdict, 'undecided')
})

test('a connection: network filters of the default chain', async () => {
  const argv = ['authz', ...file, '--request', 'tcp', '--port', '9999', '-o', 'jsonl']
  const { out } = await runProgram(argv)
  const last = JSON.parse(out.trim().split('\n').at(-1) ?? '')
  assert.equal(last.verdict, 'denied')
  assert.equal(last.policy, 'no-plain-text.default')
})

test('a URL says host and port as well', async () => {
  const verdict = async (...argv: string[]) => {
    const { out, err } = await runProgram(['authz', ...file, '--source', '10.244.1.1', ...argv, '-o', 'json'])
    assert.notEqual(out, '', err)
    return JSON.parse(out)
  }
  const wanted = await verdict('--request', 'GET /admin/users?x=1', '--port', '8080', '--host', 'web:8080')
  assert.equal(wanted.policy, 'no-admin.default')
  assert.deepEqual(await verdict('--request', 'GET http://web:8080/admin/users?x=1'), wanted)
  assert.deepEqual(
    await verdict('--request', 'GET http://web/admin/users?x=1', '--port', '8080', '--host', 'web:8080'),
    wanted,
  )
  const overTls = await verdict('--request', 'GET https://web/admin/users?x=1', '--port', '8080')
  assert.deepEqual([overTls.verdict, overTls.reason.code], ['not reached', 'tls-not-terminated'])
  const { err } = await runProgram(['authz', ...file, '--request', 'ftp://web/'])
  assert.match(err, /"METHOD \/PATH"/)
})

test('a connection is spoken of as trace does: TLS, SNI, ALPN, a URL of tcp, and only a denial fails', async () => {
  const gateway = ['authz', '--file', 'test/fixtures/gateway/config_dump.json', '-o', 'json']
  const ask = async (...argv: string[]) => {
    const { out, err, code } = await runProgram([...gateway, ...argv])
    assert.notEqual(out, '', err)
    const { verdict, reason } = JSON.parse(out) as { verdict: string; reason: { text: string } }
    return { verdict, text: reason.text, code }
  }
  const wrong = await ask('--request', 'GET https://nobody.example.org:8443/')
  assert.equal(wrong.verdict, 'not reached')
  assert.equal(wrong.code, 0)
  const refused = await ask('--request', 'tcp://10.0.0.9:4')
  assert.equal(refused.verdict, 'not reached')
  assert.match(refused.text, /no listener accepts 10\.0\.0\.9:4/)
})

test('a request that cannot be read', async () => {
  const wrong = async (...argv: string[]) => (await runProgram(['authz', ...file, ...argv])).err
  assert.match(await wrong('--request', 'GET /'), /--request needs --port/)
  assert.match(await wrong('--request', 'tcp', '--port', '70000'), /port number 70000 must be in the range 1\.\.65535/)
  assert.match(await wrong('--request', 'info', '--port', '80'), /"METHOD \/PATH", "METHOD URL" or "tcp"/)
  assert.match(await wrong('--request', '/', '--port', '80', '--header', 'x'), /NAME=VALUE/)
  assert.match(await wrong('--request', '/', '--port', '80', '--source', 'ratings'), /"ratings" is not an address/)
  assert.match(await wrong('--request', '/', '--port', '80', '--address', 'web:80'), /"web:80" is not an address/)
  assert.match(await wrong('--port', '80', '--principal', 'x'), /^error: --port goes with --request\n/)
})
