import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { anyText, partialText } from '../../../src/semantics/matching/partial-text.ts'
import { redirectLocation, redirectStatus } from '../../../src/semantics/routes/redirect.ts'
import { rewrittenHost, rewrittenPath } from '../../../src/semantics/routes/rewrite.ts'
import { type Sent, sent } from '../sent.ts'

const template = (name: string, field: string, value: string) => ({
  [field === 'path_template' ? 'path_match_policy' : 'path_rewrite_policy']: {
    name,
    typed_config: { '@type': `type.googleapis.com/envoy.x.v3.${name}`, [field]: value },
  },
})

test('the status of a redirect by each of its codes', () => {
  const codes = { MOVED_PERMANENTLY: 301, FOUND: 302, SEE_OTHER: 303, TEMPORARY_REDIRECT: 307, PERMANENT_REDIRECT: 308 }
  for (const [response_code, status] of Object.entries(codes)) assert.equal(redirectStatus({ response_code }), status)
  assert.deepEqual([redirectStatus({}), redirectStatus({ response_code: 'OTHER' })], [301, 301])
})

test('where a redirect leads: scheme, host, port, path, query', () => {
  const location = (redirect: JsonObject, asked: Sent = {}, match: JsonObject = { prefix: '/a' }) =>
    redirectLocation(match, redirect, sent({ path: '/a/b?q=1', authority: 'shop:80', ...asked }))
  for (const [redirect, asked, expected] of [
    [{}, {}, 'http://shop:80/a/b?q=1'],
    [{ https_redirect: true }, {}, 'https://shop/a/b?q=1'],
    [{ https_redirect: true }, { authority: 'shop:8080' }, 'https://shop:8080/a/b?q=1'],
    [{ https_redirect: true }, { authority: 'shop:443' }, 'https://shop:443/a/b?q=1'],
    [{ https_redirect: true }, { scheme: 'https', authority: 'shop:443' }, 'https://shop:443/a/b?q=1'],
    [{ scheme_redirect: 'http' }, { scheme: 'https', authority: 'shop:443' }, 'http://shop/a/b?q=1'],
    [{ scheme_redirect: 'http' }, { scheme: 'https', authority: 'shop:80' }, 'http://shop:80/a/b?q=1'],
    [{ scheme_redirect: 'x', https_redirect: true }, { authority: '[::1]:80' }, 'x://[::1]/a/b?q=1'],
    [{ port_redirect: 8443 }, {}, 'http://shop:8443/a/b?q=1'],
    [{ host_redirect: 'other' }, {}, 'http://other/a/b?q=1'],
    [{ host_redirect: 'other', port_redirect: 1 }, {}, 'http://other:1/a/b?q=1'],
    [{ path_redirect: '/c' }, {}, 'http://shop:80/c?q=1'],
    [{ path_redirect: '/c?r' }, {}, 'http://shop:80/c?r'],
    [{ path_redirect: '/c', strip_query: true }, {}, 'http://shop:80/c'],
    [{ path_redirect: '/c?r', strip_query: true }, {}, 'http://shop:80/c?r'],
    [{ path_redirect: 'c' }, { path: '/a' }, 'http://shop:80/c'],
    [{ prefix_rewrite: '/c' }, {}, 'http://shop:80/c/b?q=1'],
    [{ prefix_rewrite: '/c', strip_query: true }, {}, 'http://shop:80/c/b'],
    [{ strip_query: true }, {}, 'http://shop:80/a/b'],
    [{ regex_rewrite: { pattern: { regex: 'b' }, substitution: 'x' } }, {}, 'http://shop:80/a/x?q=1'],
  ] as const)
    assert.equal(location(redirect, asked), expected, JSON.stringify(redirect))
})

test('a path that is rewritten: what the match covers, and never to nothing', () => {
  const path = (match: JsonObject, action: JsonObject, from = '/a/b?q#f', asked?: Sent) =>
    rewrittenPath(match, action, from, asked && sent(asked))
  const regex = (pattern: string, substitution: string) => ({
    regex_rewrite: { pattern: { regex: pattern }, substitution },
  })
  for (const [match, action, expected] of [
    [{ prefix: '/a' }, {}, '/a/b?q#f'],
    [{ prefix: '/a' }, { prefix_rewrite: '/c' }, '/c/b?q#f'],
    [{ prefix: '/a/' }, { prefix_rewrite: '/' }, '/b?q#f'],
    [{ path: '/a/b' }, { prefix_rewrite: '/c' }, '/c?q#f'],
    [{ path_separated_prefix: '/a' }, { prefix_rewrite: '/c' }, '/c/b?q#f'],
    [{ safe_regex: { regex: '/a.*' } }, { prefix_rewrite: '/c' }, '/c?q#f'],
    [{ prefix: '/' }, regex('/(.)', '/x\\1'), '/xa/xb?q#f'],
    [{ prefix: '/' }, regex('.*', ''), '/a/b?q#f'],
    [{ prefix: '/' }, regex('(', ''), '/a/b?q#f'],
    [template('M', 'path_template', '/a/{x}'), template('R', 'path_template_rewrite', '/{x}/a'), '/b/a?q#f'],
    [template('M', 'path_template', '/z/{x}'), template('R', 'path_template_rewrite', '/{x}/a'), undefined],
    [{ prefix: '/' }, template('R', 'other', '/'), undefined],
    [{ prefix: '/' }, { path_rewrite: '/new' }, undefined],
  ] as const)
    assert.equal(path(match, action), expected, JSON.stringify(action))
  assert.equal(path({ prefix: '/' }, { path_rewrite: '/new%REQ(x)%' }, '/a?q', { headers: [['x', '1']] }), '/new1?q')
  assert.equal(path({ prefix: '/' }, { path_rewrite: '%REQ(x)%' }, '/a?q', {}), '/a?q', 'one that comes to nothing')
  assert.equal(path({ prefix: '/' }, regex('.*', ''), '/a?q', { envoy: 1037 }), '/a?q')
  assert.equal(path({ prefix: '/' }, regex('.*', ''), '/a?q', { envoy: 1036 }), '?q', 'before 1.37')
})

test('a host that is rewritten, in the order of the ways to do so', () => {
  const host = (action: JsonObject, asked: Sent = {}) =>
    rewrittenHost(
      action,
      sent({
        path: '/a/b?q',
        headers: [
          ['x', 'of-x'],
          ['x', 'second'],
        ],
        ...asked,
      }),
    )
  const regex = (pattern: string, substitution: string) => ({
    host_rewrite_path_regex: { pattern: { regex: pattern }, substitution },
  })
  for (const [action, expected] of [
    [{}, 'shop'],
    [{ host_rewrite_literal: 'l', host_rewrite_header: 'x' }, 'l'],
    [{ host_rewrite_literal: '' }, 'shop'],
    [{ host_rewrite_header: 'x' }, 'of-x'],
    [{ auto_host_rewrite_header: 'x' }, 'of-x'],
    [{ host_rewrite_header: 'none' }, 'shop'],
    [regex('/(.)/.*', '\\1.test'), 'a.test'],
    [regex('.*', ''), 'shop'],
    [{ host_rewrite: 'old' }, 'old'],
    [{ host_rewrite: '%REQ(x)%.test' }, 'of-x.test'],
  ] as const)
    assert.equal(host(action), expected, JSON.stringify(action))
  assert.equal(host({ host_rewrite_header: 'x' }, { headers: [['x', '']] }), 'shop')
  const open = sent()
  const request = { ...open, headers: open.headers.with('x', [partialText([anyText], 'generated')]) }
  assert.equal(rewrittenHost({ host_rewrite_header: 'x' }, request), undefined)
})
