import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/errors.ts'
import { adminBody, noSuchPage } from '../../src/fetch/admin-answer.ts'
import { goDuration, requestTimeout } from '../../src/fetch/kube/access/duration.ts'
import { limits, pageLimit, sizeLimit, tooLarge } from '../../src/fetch/limits.ts'

const [KiB, MiB, GiB] = [2 ** 10, 2 ** 20, 2 ** 30]

test('--max-size: each unit in each spelling, up to 4G', () => {
  assert.equal(sizeLimit(undefined), 256 * MiB)
  for (const [text, bytes] of [
    ['1', 1],
    ['1000', 1000],
    ['2b', 2],
    ['3K', 3 * KiB],
    ['3k', 3 * KiB],
    ['3KB', 3 * KiB],
    ['3KiB', 3 * KiB],
    ['512M', 512 * MiB],
    ['512mib', 512 * MiB],
    ['2G', 2 * GiB],
    ['4G', 4 * GiB],
    ['4294967296', 4 * GiB],
  ] as const)
    assert.equal(sizeLimit(text), bytes, text)
  for (const text of ['', '0', '0K', '-1', '1.5G', '1T', 'K', '4294967297', '5G', ' 1', '1 K', '1'.repeat(16)])
    assert.throws(
      () => sizeLimit(text),
      { message: `--max-size needs a size such as 512M or 2G, at most 4G, got ${JSON.stringify(text)}` },
      text,
    )
})

test('a size in words, rounded down to a tenth', () => {
  for (const [bytes, text] of [
    [1, '1 bytes'],
    [1023, '1023 bytes'],
    [KiB, '1 KiB'],
    [1.55 * KiB, '1.5 KiB'],
    [MiB - 1, '1023.9 KiB'],
    [MiB, '1 MiB'],
    [256 * MiB, '256 MiB'],
    [GiB, '1 GiB'],
    [2.5 * GiB, '2.5 GiB'],
  ] as const) {
    const error = tooLarge('pod "x"', bytes)
    assert.equal(error.message, `the answer from pod "x" is larger than ${text}`)
    assert.equal(error.code, 'too-large')
    assert.match(error.hint ?? '', /--max-size/)
  }
})

test('pages that grow with what a proxy has loaded have the limit, others a small one', () => {
  for (const path of [
    'config_dump',
    'config_dump?include_eds',
    'clusters?format=json',
    'stats',
    'listeners',
    'debug/syncz',
    'a/b/clusters',
  ])
    assert.equal(pageLimit(path), limits.answer, path)
  for (const path of ['server_info', 'memory', 'certs', 'ready?x=/stats', 'init_dump', 'logging'])
    assert.equal(pageLimit(path), limits.smallPage, path)
  assert.deepEqual([pageLimit('stats', 7), pageLimit('memory', 7), pageLimit('memory', GiB)], [7, 7, 16 * MiB])
})

test('--request-timeout: seconds, or durations of Go', () => {
  for (const [text, milliseconds] of [
    [undefined, undefined],
    ['', undefined],
    ['0', undefined],
    ['0s', undefined],
    ['5', 5000],
    ['1s', 1000],
    ['1.5s', 1500],
    ['250ms', 250],
    ['2m', 120_000],
    ['1h30m', 5_400_000],
    ['1h1m1s1ms', 3_661_001],
  ] as const)
    assert.equal(requestTimeout(text), milliseconds, text)
  for (const text of ['-1', '1d', 's', '1.s', '1 s', '5s ', '1.5', 'x5s'])
    assert.throws(
      () => requestTimeout(text),
      { message: new RegExp(`^invalid timeout value: ${text}\\. Timeout must be a single integer`) },
      text,
    )
  assert.equal(goDuration('90m'), 5_400_000)
  assert.equal(goDuration('90'), undefined)
  assert.equal(goDuration('0'), 0)
})

const answer = (path: string, status: number, body: string) =>
  adminBody({ path, label: 'port 15000', status, body: Buffer.from(body), wrongPlace: 'Elsewhere?' })

test('the body of an admin page: JSON where there is to be some, after blanks of JSON only', () => {
  for (const path of [
    'config_dump',
    'config_dump?include_eds',
    'server_info',
    'init_dump',
    'clusters?format=json',
    'stats?usedonly&format=json',
    'x?format=json&y',
  ])
    for (const body of ['{', '[', ' \t\r\n{}']) assert.deepEqual(answer(path, 200, body), Buffer.from(body))
  for (const [path, body] of [
    ['config_dump', '<html>'],
    ['config_dump?mask=a', ''],
    ['server_info', '   '],
    ['init_dump', '"x"'],
    ['stats?format=json', '\u00a0{}'],
  ] as const)
    assert.throws(
      () => answer(path, 200, body),
      (error) =>
        error instanceof AppError &&
        error.code === 'unexpected-answer' &&
        error.hint === 'Elsewhere?' &&
        error.message === `port 15000 answered /${path.split('?')[0]}, but not like Envoy's admin interface`,
    )
  for (const path of ['stats', 'memory', 'config_dumps', 'stats?format=jsonx', 'stats?xformat=json'])
    assert.deepEqual(answer(path, 200, 'x'), Buffer.from('x'))
})

test('an admin page that is none: absent, or the status with the words of Envoy', () => {
  assert.equal(answer('config_dump', 404, 'x'), 'absent')
  for (const [status, body, message, hint] of [
    [500, 'it broke\nmore', 'port 15000 answered HTTP status 500 to /a?b: it broke', undefined],
    [503, '', 'port 15000 answered HTTP status 503 to /a?b', 'Envoy may still be starting; try again.'],
    [403, ' <html>no', 'port 15000 answered HTTP status 403 to /a?b', undefined],
    [301, ' \n', 'port 15000 answered HTTP status 301 to /a?b', 'Elsewhere?'],
    [204, '', 'port 15000 answered HTTP status 204 to /a?b', 'Elsewhere?'],
    [401, '', 'port 15000 answered HTTP status 401 to /a?b', 'Elsewhere?'],
  ] as const)
    assert.throws(
      () => answer('a?b', status, body),
      (error) =>
        error instanceof AppError && error.code === 'admin-status' && error.message === message && error.hint === hint,
      message,
    )
  for (const [path, shown] of [
    [`stats?filter=${'a'.repeat(47)}`, `stats?filter=${'a'.repeat(47)}`],
    [`stats?filter=${'a'.repeat(48)}`, 'stats?…'],
  ] as const)
    assert.throws(() => answer(path, 503, 'no'), { message: `port 15000 answered HTTP status 503 to /${shown}: no` })
  const missing = noSuchPage({ path: 'a?b', label: 'port 1', wrongPlace: 'Elsewhere?' })
  assert.deepEqual(
    [missing.message, missing.hint, missing.code],
    ['port 1 has no /a (HTTP status 404)', 'Elsewhere?', 'admin-status'],
  )
})
