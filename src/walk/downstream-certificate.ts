import { isoSeconds } from '../envoy/certificates/certificates.ts'
import { type JsonObject, objectOf } from '../envoy/json.ts'
import { endWith, type RequestEnd } from '../semantics/outcome.ts'
import { because } from '../semantics/reasons/reason.ts'
import { presentedWarning, rootsWarning } from './certificates/certificate-warnings.ts'
import { servedCertificate } from './certificates/served-certificate.ts'
import { ownCertificates, trustedRoots } from './certificates/tls-secrets.ts'
import { type HopDraft, note, warn } from './hop-draft.ts'
import { noteOtherVersions } from './other-versions.ts'
import { refusedCertificate } from './refused-certificate.ts'
import type { TraceState } from './trace-state.ts'

/**
 * Notes the certificate that the client gets to see, and what is wrong with it. Whether an expired certificate is rejected is up to the client.
 * @param tls `DownstreamTlsContext`
 * @param sni as the client sent it
 * @returns the end when a secret has not come: Envoy then closes connections ("Secret is not supplied by SDS"); and when
 * of two known proxies one refuses the certificate of the other
 */
export function noteCertificate(
  traceState: TraceState,
  hop: HopDraft,
  tls: JsonObject,
  sni: string,
): RequestEnd | undefined {
  const { index, moment } = traceState
  const common = objectOf(tls.common_tls_context)
  const own = ownCertificates(common, index)
  const roots = trustedRoots(common, index)
  for (const { name, awaited } of roots === undefined ? own : [...own, roots]) {
    noteOtherVersions(traceState, 'secrets', name)
    if (awaited === undefined) continue
    const reason = because('secret-awaited', { secret: name, ...awaited })
    return endWith({ kind: 'denied', details: 'secret_not_supplied', reason })
  }
  const served = servedCertificate(own, sni, tls.full_scan_certs_on_sni_mismatch === true)
  if (served === undefined) return undefined
  const { secret, reason, unnamed } = served
  const [leaf] = secret.certificates
  const notAfter = leaf && isoSeconds(leaf.notAfter)
  const certificate = {
    name: secret.name,
    ...(leaf === undefined ? {} : { names: leaf.names }),
    ...(notAfter === undefined ? {} : { notAfter }),
  }
  note(hop, 'listener', { certificate, reasons: { certificate: reason } })
  const warnings = [
    unnamed ? because('certificate-without-name', { certificate: secret.name, name: sni }) : undefined,
    moment && presentedWarning(secret, moment, 'client'),
    moment && roots && rootsWarning(roots, moment, 'client'),
  ].filter((warning) => warning !== undefined)
  for (const warning of warnings) warn(hop, warning)
  return refusedCertificate(traceState, tls, secret)
}
