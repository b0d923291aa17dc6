import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { AppError } from '../../../src/errors.ts'
import { oidcToken } from '../../../src/fetch/kube/auth/oidc.ts'
import { startFakeApiServer } from '../fake-api-server.ts'

function jwt(seconds: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none' })}.${part({ exp: seconds })}.x`
}

const now = () => Math.floor(Date.now() / 1000)

interface Asked {
  readonly authorization: string | undefined
  readonly form: Readonly<Record<string, string>>
}

/** An identity provider over HTTP, which answers each request for a token with the next of these. */
async function provider(...answers: readonly (readonly [status: number, body: string])[]) {
  const asked: Asked[] = []
  const server = createServer(async (request: IncomingMessage, response) => {
    if (request.url === '/realm/.well-known/openid-configuration') {
      response.end(JSON.stringify({ token_endpoint: `${issuer}/token` }))
      return
    }
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()))
    const [status, body] = answers[asked.length] ?? [500, '']
    asked.push({ authorization: request.headers.authorization, form })
    response.writeHead(status).end(body)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  after(() => server.close())
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/realm`
  const config = {
    'id-token': jwt(1),
    'refresh-token': 'R',
    'client-id': 'kube',
    'client-secret': 'a:b',
    'idp-issuer-url': `${issuer}/`,
  }
  return {
    asked,
    config,
    token: (more: Record<string, string> = {}) => oidcToken({ name: 'oidc', config: { ...config, ...more } }),
  }
}

const renewed = (token: string) => [200, JSON.stringify({ id_token: token })] as const
const grant = { grant_type: 'refresh_token', refresh_token: 'R' }

test('a token is refreshed ten seconds before it expires, not earlier', async () => {
  const { asked, token } = await provider(renewed('new'))
  const valid = jwt(now() + 60)
  assert.equal(await token({ 'id-token': valid }), valid)
  assert.deepEqual(asked, [])
  assert.equal(await token({ 'id-token': jwt(now() + 5) }), 'new')
  const basic = `Basic ${Buffer.from('kube:a%3Ab').toString('base64')}`
  assert.deepEqual(asked, [{ authorization: basic, form: grant }])
})

test('a provider that refuses the header gets the client in the body', async () => {
  const { asked, token } = await provider(
    [401, '{"error":"invalid_client"}'],
    renewed('new'),
    [400, ''],
    renewed('public'),
  )
  assert.equal(await token(), 'new')
  assert.deepEqual(asked[1], { authorization: undefined, form: { ...grant, client_id: 'kube', client_secret: 'a:b' } })
  assert.equal(await token({ 'client-secret': '' }), 'public')
  assert.deepEqual(asked[3]?.form, { ...grant, client_id: 'kube' })
})

test('what goes wrong is said in one line, without tokens, with the next step', async () => {
  const gone = '{"error":"invalid_grant","error_description":"token is not active"}'
  const refused = await provider([400, gone], [400, gone], [200, '{}'], [200, 'not JSON'])
  const cases: readonly (readonly [() => Promise<string>, RegExp])[] = [
    [
      () => refused.token(),
      /: failed to refresh token: oauth2: cannot fetch token: 400: invalid_grant: token is not active$/,
    ],
    [() => refused.token(), /: token response did not contain an id_token$/],
    [() => refused.token(), /: token response did not contain an id_token$/],
    [() => refused.token({ 'idp-issuer-url': 'issuer' }), /"issuer\/\.well-known\/openid-configuration" is not a URL/],
    [() => refused.token({ 'idp-issuer-url': 'http://127.0.0.1:1' }), /failed to refresh token: connect ECONNREFUSED/],
    [() => refused.token({ 'refresh-token': '' }), /: No valid id-token, and cannot refresh without refresh-token$/],
    [() => refused.token({ 'idp-certificate-authority': '/nowhere' }), /failed to refresh token: ENOENT/],
  ]
  for (const [ask, expected] of cases)
    await assert.rejects(ask(), (error) => {
      assert.ok(error instanceof AppError)
      assert.match(error.message, /^Unable to connect to the server: /)
      assert.match(error.message, expected)
      assert.match(String(error.hint), /^Log in/)
      return true
    })
})

test('over TLS the authority of the kubeconfig is trusted, from a file or as data, and no other', async () => {
  const server = await startFakeApiServer({
    get: (path) => (path.startsWith('/.well-known/') ? { token_endpoint: `${server.url}/token` } : { id_token: 'new' }),
  })
  after(() => server.close())
  const config = { 'refresh-token': 'R', 'client-id': 'kube', 'idp-issuer-url': server.url }
  const token = (more: Record<string, string>) => oidcToken({ name: 'oidc', config: { ...config, ...more } })
  assert.equal(await token({ 'idp-certificate-authority': server.caFile }), 'new')
  const data = readFileSync(server.caFile).toString('base64')
  assert.equal(await token({ 'idp-certificate-authority-data': data }), 'new')
  assert.deepEqual(server.requests.slice(2), ['GET /.well-known/openid-configuration', 'POST /token'])
  await assert.rejects(token({}), /failed to refresh token: .*self.signed|unable to verify/)
})
