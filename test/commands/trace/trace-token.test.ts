import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { runProgram } from '../../run-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'trace-token-'))
after(() => rmSync(folder, { recursive: true }))

const typed = (type: string, fields: JsonObject = {}) => ({ '@type': `type.googleapis.com/${type}`, ...fields })
const http = 'envoy.extensions.filters.http'

/** A gateway that takes tokens of one issuer, and only those of the group ops. */
function gateway(): string {
  const metadata = {
    filter: 'envoy.filters.http.jwt_authn',
    path: [{ key: 'payload' }, { key: 'groups' }],
    value: { list_match: { one_of: { string_match: { exact: 'ops' } } } },
  }
  const policies = { 'ns[x]-policy[ops]-rule[0]': { permissions: [{ any: true }], principals: [{ metadata }] } }
  const provider = { issuer: 'https://id.test', payload_in_metadata: 'payload' }
  const filters = [
    typed(`${http}.jwt_authn.v3.JwtAuthentication`, {
      providers: { p: provider },
      rules: [{ match: { prefix: '/' }, requires: { provider_name: 'p' } }],
    }),
    typed(`${http}.rbac.v3.RBAC`, { rules: { policies } }),
    typed(`${http}.router.v3.Router`),
  ]
  const manager = typed('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
    http_filters: filters.map((config, place) => ({ name: `f${place}`, typed_config: config })),
    route_config: {
      virtual_hosts: [
        { name: 'v', domains: ['*'], routes: [{ match: { prefix: '/' }, direct_response: { status: 204 } }] },
      ],
    },
  })
  const listener = {
    name: 'L',
    address: { socket_address: { address: '0.0.0.0', port_value: 80 } },
    filter_chains: [{ filters: [{ name: 'hcm', typed_config: manager }] }],
  }
  const section = typed('envoy.admin.v3.ListenersConfigDump', { static_listeners: [{ listener }] })
  const file = join(folder, 'dump.json')
  writeFileSync(file, JSON.stringify({ configs: [section] }))
  return file
}

const file = gateway()
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const secret = 'c2VjcmV0LXNpZ25hdHVyZQ'
const token = (claims: JsonObject) => `${encoded({ alg: 'RS256' })}.${encoded(claims)}.${secret}`

async function status(...argv: string[]): Promise<unknown> {
  const { out, err } = await runProgram(['trace', '--file', file, 'http://h/', ...argv, '-o', 'json'])
  assert.notEqual(out, '', err)
  const [{ hops, outcome }] = JSON.parse(out).alternatives
  const open = hops[0].filters.find(({ verdict }: { verdict: string }) => verdict === 'undecided')
  return open === undefined ? outcome.status : `undecided: ${open.name}`
}

test('--claim stands for a valid token', async () => {
  assert.equal(await status(), 401)
  assert.equal(await status('--claim', 'iss=https://id.test', '--claim', 'groups=ops'), 204)
  assert.equal(await status('--claim', 'groups=dev', '--claim', 'groups=ops'), 204)
  assert.equal(await status('--claim', 'groups=["dev"]'), 403)
  assert.equal(await status('--claim', 'iss=https://other.test'), 401)
  assert.equal(await status('--claim', 'iss=https://id.test'), 'undecided: f1')
  const { out } = await runProgram(['trace', '--file', file, 'http://h/', '--claim', 'iss=https://id.test'])
  assert.match(out, /^GET http:\/\/h\/ .*with a valid token$/m)
  assert.match(out, /depends on the claims of the client's token \(--claim NAME=VALUE\)/)
})

test('--token-file: what the token says counts, and nothing of it is shown', async () => {
  const path = join(folder, 'token')
  writeFileSync(path, `Bearer ${token({ iss: 'https://id.test', groups: ['ops'], exp: 1 })}\n`)
  assert.equal(await status('--token-file', path), 204)
  writeFileSync(path, token({ iss: 'https://id.test' }))
  assert.equal(await status('--token-file', path), 403)
  for (const format of ['text', 'json', 'mermaid']) {
    const argv = [
      'trace',
      '--file',
      file,
      'http://h/',
      '--token-file',
      path,
      ...(format === 'text' ? [] : ['-o', format]),
    ]
    const { out, err } = await runProgram(argv)
    assert.ok(!`${out}${err}`.includes(secret), format)
  }
})

test('a token of the flags that cannot be read is refused with a hint', async () => {
  const refused = async (...argv: string[]) => (await runProgram(['trace', '--file', file, 'http://h/', ...argv])).err
  const path = join(folder, 'none')
  writeFileSync(path, 'abc')
  assert.match(
    await refused('--token-file', path),
    /^error: the file ".*none" does not hold a JSON web token: Jwt is not in/m,
  )
  assert.match(await refused('--token-file', join(folder, 'absent')), /does not exist/)
  assert.match(await refused('--claim', 'iss'), /--claim accepts NAME=VALUE, got "iss"/)
  assert.match(await refused('--claim', 'groups=[x'), /--claim groups is no JSON/)
  assert.match(await refused('--claim', 'a=b', '--token-file', path), /one is enough/)
})

test('requests files say claims and token_file', async () => {
  const path = join(folder, 'case-token')
  writeFileSync(path, token({ iss: 'https://id.test', groups: ['ops'] }))
  const cases = join(folder, 'cases.yaml')
  writeFileSync(
    cases,
    `- {name: ops, request: {url: "http://h/", claims: {iss: "https://id.test", groups: [ops]}}, expect: {response_code: 204}}
- {name: dev, request: {url: "http://h/", claims: {groups: [dev]}}, expect: {response_code: 403}}
- {name: file, request: {url: "http://h/", token_file: "${path}"}, expect: {response_code: 204}}
- {name: none, request: "http://h/", expect: {response_code: 401}}
- {name: both, request: {url: "http://h/", claims: {a: b}, token_file: x}}
`,
  )
  const { out, code } = await runProgram(['trace', '--file', file, '--requests', cases])
  assert.equal(code, 1)
  for (const name of ['ops', 'dev', 'file', 'none']) assert.match(out, new RegExp(`^${name} +pass`, 'm'))
  assert.match(out, /^both .*one is enough/m)
})

test('authz takes the same flags', async () => {
  const verdict = async (...argv: string[]) => {
    const { out } = await runProgram([
      'authz',
      '--file',
      file,
      '--request',
      'GET /',
      '--port',
      '80',
      ...argv,
      '-o',
      'json',
    ])
    return JSON.parse(out).verdict
  }
  assert.equal(await verdict(), 'denied')
  assert.equal(await verdict('--claim', 'groups=ops'), 'allowed')
  assert.equal(await verdict('--claim', 'groups=dev'), 'denied')
  assert.equal(await verdict('--claim', 'sub=ada'), 'undecided')
})
