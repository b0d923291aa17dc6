import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { assertGolden } from '../golden.ts'
import { runProgram } from '../run-program.ts'
import { type FakeAdmin, startFakeAdmin } from './fake-admin.ts'

const fixture = new URL('../fixtures/certificates/', import.meta.url)
const page = (name: string) => readFileSync(new URL(name, fixture), 'utf8')

async function withProxy(certs: string | undefined, use: (admin: FakeAdmin) => Promise<void>): Promise<void> {
  const admin = await startFakeAdmin((_, path) => {
    if (path === '/config_dump') return page('config_dump.json')
    return path === '/certs' ? certs : undefined
  })
  try {
    await use(admin)
  } finally {
    await admin.close()
  }
}

test('a live proxy says what the files hold, and which certificates no secret has', () =>
  withProxy(page('certs.json'), async ({ url, requests }) => {
    const { code, out, err } = await runProgram(['secrets', '--url', url, '-o', 'wide'])
    assert.equal(code, 0)
    assertGolden('commands/secrets-live.txt', out + err)
    assert.deepEqual(requests.toSorted(), [
      'GET /certs',
      'GET /config_dump?mask=dynamic_active_secrets,dynamic_warming_secrets,static_secrets',
    ])
  }))

test('what only /certs knows is in every machine format, and reads again', () =>
  withProxy(page('certs.json'), async ({ url }) => {
    const print = async (...argv: string[]) => (await runProgram(['secrets', '--url', url, ...argv])).out
    const json = await print('-o', 'json')
    const own = (JSON.parse(json).staticSecrets as { name: string; secret: Record<string, unknown> }[]).at(-1)
    assert.equal(own?.name, './pki/own.crt')
    assert.deepEqual(own.secret, {
      '@type': 'type.googleapis.com/envoy.admin.v3.Certificate',
      certChain: [
        {
          path: './pki/own.crt',
          serialNumber: '2009',
          subjectAltNames: [{ dns: 'own.example.com' }],
          daysUntilExpiration: '0',
          validFrom: '2025-11-01T00:00:00Z',
          expirationTime: '2026-01-10T00:00:00Z',
        },
      ],
    })
    assert.match(await print('-o', 'yaml'), /expirationTime: '?2026-01-10T00:00:00Z/)
    assert.match(await print('-o', 'raw'), /"expiration_time": "2026-01-10T00:00:00Z"/)
    for (const format of ['jsonl', 'csv', 'name']) assert.match(await print('-o', format), /\.\/pki\/own\.crt/)
    assert.doesNotMatch(await print('--name', 'default', '-o', 'json'), /own\.crt/)
    const again = await runProgram(['secrets', '--file', '-', '-o', 'csv'], { stdin: json })
    const line = (text: string) => text.match(/^[^,]+,(.*own\.crt.*)$/m)?.[1]
    assert.equal(line(again.out), line(await print('-o', 'csv')), again.err)
  }))

test('without /certs the rows are shown all the same', () =>
  withProxy(undefined, async ({ url }) => {
    const { code, out, err } = await runProgram(['secrets', '--url', url])
    assert.equal(code, 0)
    assert.match(out, /^static-file +Cert Chain +STATIC(?: +<none>)+$/m)
    assert.match(err, /\/certs could not be read: /)
  }))

test('certs shows what expires first, and fails when asked to', () =>
  withProxy(page('certs.json'), async ({ url }) => {
    const all = await runProgram(['certs', '--url', url])
    assertGolden('commands/certs.txt', all.out + all.err)
    assert.equal(all.code, 0)
    const names = async (...argv: string[]) => {
      const { code, out } = await runProgram(['certs', '--url', url, '-o', 'csv', '--no-headers', ...argv])
      return { code, names: out.split('\r\n').flatMap((line) => (line === '' ? [] : [line.split(',')[1]])) }
    }
    assert.deepEqual(await names('--within', '24h'), { code: 0, names: ['expired', 'default'] })
    assert.deepEqual(await names('--within', '1d', '--exit-code'), { code: 1, names: ['expired', 'default'] })
    assert.deepEqual(await names('--within', '9d1s'), { code: 0, names: ['expired', 'default', './pki/own.crt'] })
    assert.equal((await names('--exit-code')).code, 1)
    const { code, err } = await runProgram(['certs', '--url', url, '--within', 'soon'])
    assert.equal(code, 1)
    assert.match(err, /^error: --within needs a duration such as 24h or 30d, got "soon"$/m)
  }))

test('certs exits with 0 when nothing is due', async () => {
  const now = new Date('2025-11-02T00:00:00Z')
  const file = fileURLToPath(new URL('../fixtures/sidecar/config_dump.json', import.meta.url))
  const { code, out, err } = await runProgram(['certs', '--file', file, '--within', '30d', '--exit-code'], { now })
  assert.deepEqual({ code, out, err }, { code: 0, out: '', err: 'No certificate expires within that time.\n' })
})
