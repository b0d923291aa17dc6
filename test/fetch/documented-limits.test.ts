import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { maxEntries } from '../../src/fetch/capture/zip/zip-file.ts'
import { defaultTimeoutMs } from '../../src/fetch/kube/api/api.ts'
import { limits } from '../../src/fetch/limits.ts'
import { unreadable } from '../../src/fetch/saved/file-content.ts'
import { maxInMemory } from '../../src/fetch/saved/stored-file.ts'

const [KiB, MiB] = [2 ** 10, 2 ** 20]
const minutes = 60_000

test('each limit is the one that is documented', () => {
  const rows = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'))
  const documented: readonly (readonly [actual: number, value: number, what: RegExp, limit: string])[] = [
    [limits.answer, 256 * MiB, /one answer of a proxy, of the API server/, '256 MiB'],
    [limits.smallPage, 16 * MiB, /the small pages of a proxy/, '16 MiB'],
    [limits.errorText, 64 * KiB, /text that comes with an error status/, '64 KiB'],
    [limits.frame, 16 * MiB, /one WebSocket message/, '16 MiB'],
    [limits.credential, MiB, /output of a credential plugin/, '1 MiB'],
    [limits.ownFile, 16 * MiB, /a kubeconfig, a certificate/, '16 MiB'],
    [limits.interimAnswers, 20, /interim answers/, '20'],
    [limits.progress, KiB, /sends nothing, or less than 1 KiB/, '15 s'],
    [limits.wholeAnswer, 5 * minutes, /one whole answer of a proxy/, '5 minutes'],
    [limits.credentialTime, 10 * minutes, /a credential plugin, a log-in/, '10 minutes'],
    [maxEntries, 500_000, /files of a capture/, '500,000'],
    [maxInMemory, 2e9, /standard input, a pipe or a device/, '2 GB'],
    [defaultTimeoutMs, 30_000, /one request to the API server, and until/, '30 s'],
  ]
  for (const [actual, value, what, limit] of documented) {
    assert.equal(actual, value, String(what))
    const [row] = rows.filter((line) => what.test(line.split('|')[1] ?? ''))
    assert.ok(row?.split('|')[2]?.includes(limit), `${what}: ${row}`)
  }
})

test('why a file cannot be read, by the code of the system', () => {
  const message = (code: string, path = 'p') => {
    const { message, hint } = unreadable(path, Object.assign(new Error('words'), { code }))
    return `${message}${hint === undefined ? '' : ` (${hint.split(' ').at(-1)})`}`
  }
  for (const [code, expected] of [
    ['ENOENT', 'the path "p" does not exist'],
    ['ENOTDIR', 'the path "p" does not exist'],
    ['EACCES', 'the path "p" cannot be read: permission denied'],
    ['EPERM', 'the path "p" cannot be read: operation not permitted'],
    ['ELOOP', 'the path "p" is a loop of links'],
    ['EIO', 'the path "p" cannot be read (EIO)'],
  ] as const)
    assert.equal(message(code), expected)
  for (const path of ['http://a', 'https://a', 'unix:/a'])
    assert.equal(message('ENOENT', path), `the path "${path}" does not exist (--file.)`)
  assert.equal(unreadable('p', new Error('no code')).message, 'the path "p" cannot be read (Error: no code)')
  assert.equal(unreadable('p', { code: 'ENOENT' }).message, 'the path "p" cannot be read ([object Object])')
})
