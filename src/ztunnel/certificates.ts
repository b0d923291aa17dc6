import { type JsonObject, objectsOf, stringOf } from '../envoy/json.ts'
import { type Tones, withTones } from '../view.ts'
import type { ZtunnelKind, ZtunnelRow } from './kind.ts'
import { ztunnelWords } from './words.ts'

/** Workload certificates that the ztunnel holds. Columns and order follow `istioctl ztunnel-config certificate`. */
export const certificates: ZtunnelKind = {
  ...ztunnelWords.certificates,
  kind: 'certificate',
  section: 'certificates',
  heading: 'SECRET INFO',
  ofOneNode: true,
  columns: [
    { header: 'CERTIFICATE NAME', key: 'certificateName' },
    { header: 'TYPE', key: 'type', missing: 'NA' },
    { header: 'STATUS', key: 'status' },
    { header: 'VALID CERT', key: 'validCert', types: ['boolean'] },
    { header: 'SERIAL NUMBER', key: 'serialNumber', missing: 'NA' },
    { header: 'NOT AFTER', key: 'notAfter', missing: 'NA' },
    { header: 'NOT BEFORE', key: 'notBefore', missing: 'NA' },
    { header: 'REASON', key: 'reason', wide: true },
  ],
  rows: (dump, _filters, now) => dump.certificates.flatMap((entry) => rowsOf(entry, now)),
}

function rowsOf(entry: JsonObject, now: Date): ZtunnelRow[] {
  const name = stringOf(entry.identity) ?? ''
  const state = stringOf(entry.state) ?? ''
  const isUnavailable = state.includes('Unavailable')
  const status = isUnavailable ? 'Unavailable' : state
  const reason = status === state ? '' : state.replace(/^Unavailable: /, '')
  const chain = chainOf(entry)
  if (chain.length === 0) {
    const none = undefined
    const tones = tonesOf(isUnavailable, false)
    return [{ name, source: entry, cells: [name, none, status, false, none, none, none, reason], ...tones }]
  }
  return chain.map(({ certificate, type }) => {
    const from = stringOf(certificate.validFrom ?? certificate.valid_from) || undefined
    const to = stringOf(certificate.expirationTime ?? certificate.expiration_time) || undefined
    const serial = stringOf(certificate.serialNumber ?? certificate.serial_number) ?? ''
    const valid = isValid(from, to, now)
    return {
      name,
      source: entry,
      cells: [name, type, status, valid, hex(serial), to, from, reason],
      ...tonesOf(isUnavailable, valid),
    }
  })
}

function tonesOf(isUnavailable: boolean, isValidNow: boolean): { tones?: Tones } {
  return withTones({ status: isUnavailable ? 'bad' : undefined, validCert: isValidNow ? undefined : 'bad' })
}

interface Link {
  readonly certificate: JsonObject
  readonly type: 'Leaf' | 'Intermediate' | 'Root'
}

/**
 * The chain from the leaf to the roots. The root is in a list of its own, or was the last of the chain in older versions; the
 * first versions had the leaf apart, as `ca_cert`.
 */
function chainOf(entry: JsonObject): Link[] {
  const apart = objectsOf(entry.ca_cert).filter(({ serial_number }) => serial_number !== '')
  const chain = [...apart, ...objectsOf(entry.certChain ?? entry.cert_chain)]
  const roots = objectsOf(entry.rootCerts)
  const last = roots.length === 0 ? chain.length - 1 : -1
  const typeAt = (at: number) => (at === 0 ? 'Leaf' : at === last ? 'Root' : 'Intermediate')
  return [
    ...chain.map((certificate, at): Link => ({ certificate, type: typeAt(at) })),
    ...roots.map((certificate): Link => ({ certificate, type: 'Root' })),
  ]
}

function isValid(from: string | undefined, to: string | undefined, now: Date): boolean {
  return now.getTime() > Date.parse(from ?? '') && now.getTime() < Date.parse(to ?? '')
}

/** The serial number as certificates show it: hexadecimal. ztunnel writes it in decimal, and 20 bytes have 49 digits (RFC 5280 4.1.2.2). */
function hex(serial: string): string | undefined {
  return /^\d{1,49}$/.test(serial) ? BigInt(serial).toString(16) : serial || undefined
}
