import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import type { Json } from '../../src/envoy/json.ts'
import { cellsOf, documentOf, dumpOfSections, now, rowsOf, section, viewOf } from './shown.ts'

const hour = 3_600_000
const details = (path: string, serial_number: string, from: number | undefined, to: number | undefined) => ({
  path,
  serial_number,
  ...(from === undefined ? {} : { valid_from: new Date(now.getTime() + from).toISOString() }),
  ...(to === undefined ? {} : { expiration_time: new Date(now.getTime() + to).toISOString() }),
})
const page: Json = {
  certificates: [
    {
      ca_cert: [details('/root.pem', '01', -hour, 1)],
      cert_chain: [
        details('/leaf.pem', '02', -hour, 0),
        details('/late.pem', '03', 1, 2 * hour),
        details('<inline>', '04', -hour, 26 * hour),
        details('/old.pem', '05', -9 * hour, -3 * hour),
        details('/what.pem', '06', undefined, undefined),
      ],
    },
  ],
}
const noSecrets = () => dumpOfSections(section('Secrets', { static_secrets: [] }))

test('a certificate is valid up to its last moment and not at it; what has no times is not known to be either', async () => {
  const view = viewOf('secrets', await noSecrets(), { auxiliaryPage: page })
  const shown = (key: string) => cellsOf(view, key)
  assert.deepEqual(shown('resourceName'), ['/leaf.pem', '/late.pem', '<inline>', '/old.pem', '/what.pem', '/root.pem'])
  assert.deepEqual(shown('type'), ['Cert Chain', 'Cert Chain', 'Cert Chain', 'Cert Chain', 'Cert Chain', 'CA'])
  assert.deepEqual(shown('validCert'), [false, false, true, false, undefined, true])
  assert.deepEqual(shown('expires'), ['expired 0s ago', 'in 120m', 'in 26h', 'expired 3h ago', undefined, 'in 0s'])
  assert.deepEqual(shown('source'), [
    'file /leaf.pem',
    'file /late.pem',
    'inline in a TLS context',
    'file /old.pem',
    'file /what.pem',
    'file /root.pem',
  ])
  assert.deepEqual(
    view.rows.map(({ tones }) =>
      [tones?.validCert, tones?.notAfter, tones?.expires].map((tone) => tone ?? '').join(' '),
    ),
    ['bad bad bad', 'bad  ', '  ', 'bad bad bad', '  ', '  '],
  )
  assert.deepEqual(Object.keys(Object(documentOf(view))), ['staticSecrets'])
})

const secret = (name: string, more: object, extra: object = {}) => ({ name, ...extra, secret: { name, ...more } })

test('a secret by what it holds and where; a file is joined with what Envoy says it holds', async () => {
  const dump = await dumpOfSections(
    section('Secrets', {
      dynamic_active_secrets: [
        secret('chain-file', {
          tls_certificate: { certificate_chain: { filename: '/leaf.pem' }, private_key: { filename: '/key.pem' } },
        }),
        secret('ca-file', { validation_context: { trusted_ca: { filename: '/root.pem' } } }),
        secret('other-file', { validation_context: { trusted_ca: { filename: '/leaf.pem' } } }),
        secret('broken', { tls_certificate: { certificate_chain: { inline_string: 'no PEM' } } }),
        secret('tickets', { session_ticket_keys: { keys: [{ inline_string: 'x' }] } }),
        secret('generic', { generic_secret: { secret: { inline_string: 'x' } } }),
        secret('nothing', {}),
      ],
      dynamic_warming_secrets: [{ name: 'late', secret: { name: 'late' } }],
    }),
  )
  const view = viewOf('secrets', dump, { auxiliaryPage: page })
  const rows = rowsOf(view).map((row) =>
    ['resourceName', 'type', 'status', 'validCert', 'serialNumber', 'source']
      .map((key) => Reflect.get(row, key) ?? '')
      .join(' | '),
  )
  assert.deepEqual(rows.slice(0, 8), [
    'late |  | WARMING | false |  | ',
    `chain-file | Cert Chain | ACTIVE | false | ${'0'.repeat(31)}2 | file /leaf.pem`,
    `ca-file | CA | ACTIVE | true | ${'0'.repeat(31)}1 | file /root.pem`,
    'other-file | CA | ACTIVE |  |  | file /leaf.pem',
    'broken | Cert Chain | ACTIVE | false |  | inline',
    'tickets | Session Ticket Keys | ACTIVE |  |  | inline',
    'generic | Generic Secret | ACTIVE |  |  | inline',
    'nothing |  | ACTIVE | false |  | ',
  ])
  assert.deepEqual(
    rows.slice(8).map((row) => row.split(' | ')[0]),
    ['/late.pem', '<inline>', '/old.pem', '/what.pem'],
    'each serial once',
  )
  assert.equal(view.rows[0]?.tones?.status, 'warning')
  assert.deepEqual(view.notes, ['1 secret warming: Envoy does not use it yet.'])
  assert.deepEqual(cellsOf(viewOf('secrets', dump, { wanted: { name: 'FILE' } }), 'resourceName'), [
    'chain-file',
    'ca-file',
    'other-file',
  ])
})

test('each certificate of a chain has a row; whether it is verified is said of the first', async () => {
  const text = readFileSync(new URL('../fixtures/certificates/config_dump.json', import.meta.url))
  const view = viewOf('secrets', await readDump(text, 'dump'))
  const rows = rowsOf(view).map((row) => [Reflect.get(row, 'resourceName'), Reflect.get(row, 'chain') ?? ''] as const)
  const byName = Map.groupBy(rows, ([name]) => name)
  const chains = [...byName.values()].filter(({ length }) => length > 1)
  assert.ok(chains.length > 0)
  for (const chain of chains)
    for (const [name, verified] of chain.slice(1)) assert.doesNotMatch(String(verified), /^verified/, String(name))
  assert.ok(rows.some(([, verified]) => /^verified by /.test(String(verified))))
  assert.ok(rows.some(([, verified]) => /^not verified: /.test(String(verified))))
})
