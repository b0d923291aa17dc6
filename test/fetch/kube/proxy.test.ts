import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../../src/errors.ts'
import { proxyFor } from '../../../src/fetch/kube/api/proxy.ts'

const HTTPS_PROXY = 'http://proxy:3128'

function proxied(server: string, NO_PROXY = '', env: Record<string, string> = { HTTPS_PROXY }): boolean {
  return proxyFor(server, undefined, { ...env, NO_PROXY }) !== undefined
}

test('HTTPS_PROXY is for https, HTTP_PROXY for http, in either case', () => {
  assert.ok(proxied('https://a.example'))
  assert.ok(!proxied('http://a.example'))
  assert.ok(proxied('http://a.example', '', { http_proxy: 'proxy:1' }))
  assert.equal(proxyFor('https://a.example', undefined, { https_proxy: 'proxy:3128' })?.href, 'http://proxy:3128/')
})

test('NO_PROXY by the rules of Go', () => {
  const cases: [string, string, boolean][] = [
    ['https://a.example', '*', false],
    ['https://a.example', 'example', false],
    ['https://a.example', '.example', false],
    ['https://a.example', '*.example', false],
    ['https://example', '.example', true],
    ['https://aexample', 'example', true],
    ['https://a.example:6443', 'a.example:6443', false],
    ['https://a.example:6443', 'a.example:443', true],
    ['https://a.example', 'a.example:443', false],
    ['https://a.example', 'a.example:80', true],
    ['https://10.1.2.3:6443', 'b.example, 10.0.0.0/8', false],
    ['https://11.1.2.3', '10.0.0.0/8', true],
    ['https://10.1.2.3', '10.1.2.3', false],
    ['https://[fd00::1]:6443', 'fd00::/8', false],
    ['https://[fd00::1]:6443', 'fd00::1', false],
    ['https://a.example', '', true],
  ]
  for (const [server, noProxy, expected] of cases)
    assert.equal(proxied(server, noProxy), expected, `${server} ${noProxy}`)
  const plain = { HTTP_PROXY: HTTPS_PROXY }
  assert.ok(!proxied('http://a.example', 'a.example:80', plain))
  assert.ok(proxied('http://a.example', 'a.example:443', plain))
})

test('loopback is never proxied by the environment', () => {
  for (const host of ['localhost', '127.0.0.1:6443', '127.9.9.9', '[::1]:6443'])
    assert.ok(!proxied(`https://${host}`), host)
})

test('proxy-url goes before the environment and ignores NO_PROXY', () => {
  assert.equal(proxyFor('https://127.0.0.1', 'socks5://p:1080', { NO_PROXY: '*' })?.href, 'socks5://p:1080')
  assert.throws(() => proxyFor('https://a.example', 'ftp://p', {}), AppError)
})
