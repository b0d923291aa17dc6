import { isObject, type Json, type JsonObject, objectsOf, stringOf } from '../json.ts'
import { type CertificateFacts, trustDomainOf } from './certificates.ts'
import { serialNumber } from './serial-number.ts'

/** A certificate in use, as `/certs` names it. */
export interface AdminCertificate {
  readonly holds: 'certificate chain' | 'trusted CA'
  /** Undefined for one that came inline or by discovery. */
  readonly file: string | undefined
  readonly facts: CertificateFacts
  /** It alone as an `envoy.admin.v3.Certificate`, in Envoy's own case. */
  readonly received: JsonObject
}

/** The type of what `/certs` has for a TLS context. */
export const adminCertificateType = 'type.googleapis.com/envoy.admin.v3.Certificate'

const known = new WeakMap<object, readonly AdminCertificate[]>()

/**
 * The certificates of a `/certs` reply, each once: Envoy repeats them for every TLS context that uses them.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/admin/v3/certs.proto
 */
export function adminCertificates(reply: Json | undefined): readonly AdminCertificate[] {
  if (!isObject(reply)) return []
  const before = known.get(reply)
  if (before !== undefined) return before
  const found = new Map<string, AdminCertificate>()
  for (const context of objectsOf(reply.certificates)) {
    const chains = objectsOf(context.cert_chain).map((details) => read(details, 'certificate chain'))
    const roots = objectsOf(context.ca_cert).map((details) => read(details, 'trusted CA'))
    for (const certificate of [...chains, ...roots]) {
      found.set(`${certificate.holds} ${certificate.file} ${certificate.facts.serial}`, certificate)
    }
  }
  known.set(reply, [...found.values()])
  return [...found.values()]
}

function read(details: JsonObject, holds: AdminCertificate['holds']): AdminCertificate {
  const path = stringOf(details.path)
  const names = objectsOf(details.subject_alt_names).flatMap((name) =>
    Object.entries(name).flatMap(([kind, value]) =>
      typeof value === 'string' ? [`${kinds.get(kind) ?? kind}:${value}`] : [],
    ),
  )
  return {
    holds,
    received: { '@type': adminCertificateType, [holds === 'trusted CA' ? 'ca_cert' : 'cert_chain']: [details] },
    // A SPIFFE bundle has its trust domain in front: `west.local: <inline>`.
    file: path === undefined || path.endsWith('<inline>') ? undefined : path,
    facts: {
      serial: serialNumber(stringOf(details.serial_number) ?? ''),
      notBefore: new Date(stringOf(details.valid_from) ?? Number.NaN),
      notAfter: new Date(stringOf(details.expiration_time) ?? Number.NaN),
      authority: holds === 'trusted CA',
      names,
      trustDomain: trustDomainOf(names),
    },
  }
}

const kinds: ReadonlyMap<string, string> = new Map(Object.entries({ uri: 'URI', dns: 'DNS', ip_address: 'IP Address' }))
