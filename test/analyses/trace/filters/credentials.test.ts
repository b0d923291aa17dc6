import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { filter, get, typed } from '../dump-of.ts'
import { ending, filtered, http, share, withHeaders } from './filtered-proxy.ts'

test('basic_auth: without user and password, or in another form, the answer is 401', async () => {
  const users = { inline_string: 'ada:{SHA}tESsBmE/yNY3lb6a0L6vVQEZNqw=\nbob:{SHA}x' }
  const basic = (fields: JsonObject = {}) => filter('basic', http('basic_auth.v3.BasicAuth'), { users, ...fields })
  const ask = await filtered([basic()])
  const details = (value: string) => ask(withHeaders(['authorization', value])).outcome.details
  assert.deepEqual([ask().outcome.status, ask().outcome.details], [401, 'no_credential_for_basic_auth'])
  assert.equal(details('Bearer x'), 'invalid_scheme_for_basic_auth')
  assert.equal(details('basic YWRhOng='), 'invalid_scheme_for_basic_auth')
  assert.equal(details('Basic !!!'), 'invalid_format_for_basic_auth')
  assert.equal(details(`Basic ${btoa('ada')}`), 'invalid_format_for_basic_auth')
  assert.equal(details(`Basic ${btoa('eve:x')}`), 'invalid_credential_for_basic_auth')
  assert.equal(ending(ask(withHeaders(['authorization', `Basic ${btoa('bob:x')}`]))), 'undecided')

  const hidden = await filtered([basic({ users: { inline_string: '[redacted]' } })])
  assert.equal(ending(hidden(withHeaders(['authorization', `Basic ${btoa('eve:x')}`]))), 'undecided')
  assert.equal(ending(hidden()), '401')

  const other = await filtered([basic({ authentication_header: 'x-auth' })])
  assert.equal(ending(other(withHeaders(['authorization', `Basic ${btoa('ada:x')}`]))), '401')
  assert.equal(ending(other(withHeaders(['x-auth', `Basic ${btoa('ada:x')}`]))), 'undecided')
})

test('api_key_auth: keys are looked for in the order of their places', async () => {
  const credentials = [
    { key: 'k1', client: 'one' },
    { key: 'k2', client: 'two' },
  ]
  const key = (fields: JsonObject = {}) =>
    filter('key', http('api_key_auth.v3.ApiKeyAuth'), {
      credentials,
      key_sources: [{ header: 'x-key' }, { query: 'key' }, { cookie: 'ck' }],
      ...fields,
    })
  const ask = await filtered([key()])
  assert.deepEqual([ask().outcome.status, ask().outcome.details], [401, 'missing_api_key'])
  assert.equal(ask(withHeaders(['x-key', 'k3'])).outcome.details, 'unknown_api_key')
  for (const request of [
    withHeaders(['x-key', 'k1']),
    withHeaders(['x-key', 'Bearer k1']),
    withHeaders(['x-key', ''], ['cookie', 'ck=k2']),
    get('h', '/?key=k2'),
  ])
    assert.equal(ending(ask(request)), 'upstream')

  const perRoute = (fields: JsonObject) => ({
    host: { typed_per_filter_config: { key: typed(http('api_key_auth.v3.ApiKeyAuthPerRoute'), fields) } },
  })
  const allowed = await filtered([key()], perRoute({ allowed_clients: ['one'] }))
  assert.equal(ending(allowed(withHeaders(['x-key', 'k1']))), 'upstream')
  assert.equal(allowed(withHeaders(['x-key', 'k2'])).outcome.details, 'client_not_allowed')
  const elsewhere = await filtered([key()], perRoute({ key_sources: [{ header: 'y-key' }] }))
  assert.equal(ending(elsewhere(withHeaders(['x-key', 'k1']))), '401')

  const hidden = await filtered([key({ credentials: [{ key: '[redacted]', client: 'one' }] })])
  assert.equal(ending(hidden()), '401')
  assert.equal(ending(hidden(withHeaders(['x-key', 'k1']))), 'undecided')
})

test('csrf: requests that change something come from the same host or one of additional_origins', async () => {
  const csrf = (fields: JsonObject = {}) =>
    filter('csrf', http('csrf.v3.CsrfPolicy'), { filter_enabled: share(100), ...fields })
  const ask = await filtered([csrf({ additional_origins: [{ suffix: '.good.test:8080' }] })])
  const post = (...headers: [string, string][]) =>
    ask({ http: { method: 'POST', authority: 'h.test', path: '/', headers } })
  assert.equal(ending(ask()), 'upstream')
  assert.deepEqual([post().outcome.status, post().outcome.details], [403, 'csrf_origin_mismatch'])
  for (const origin of ['http://h.test', 'https://h.test', 'h.test', 'http://a.good.test:8080'])
    assert.equal(ending(post(['origin', origin])), 'upstream', origin)
  for (const origin of ['http://h.test:80', 'http://x.test', 'null', 'http://a.good.test'])
    assert.equal(ending(post(['origin', origin])), '403', origin)
  assert.equal(ending(post(['referer', 'http://h.test/page'])), 'upstream')
  assert.equal(ending(post(['origin', 'null'], ['referer', 'http://h.test/page'])), '403')

  const off = await filtered([csrf({ filter_enabled: share(0), shadow_enabled: share(100) })])
  assert.equal(ending(off({ http: { method: 'POST', authority: 'h', path: '/', headers: [] } })), 'upstream')
})
