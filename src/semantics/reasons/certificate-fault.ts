/** Why a certificate is not accepted. */
export type CertificateFault =
  /** `from`, `until`: RFC 3339; absent for a date that cannot be read. */
  | { readonly fault: 'date'; readonly from?: string | undefined; readonly until?: string | undefined }
  /** `roots`: the secret that it was verified with. */
  | { readonly fault: 'root'; readonly roots: string; readonly why: string }
  | { readonly fault: 'names'; readonly names: readonly string[]; readonly expected: readonly string[] }

/** A certificate that one proxy shows another, which does not accept it. */
export interface RefusedCertificate {
  /** Of the secret. */
  readonly certificate: string
  /** The proxy that shows it, and the one that refuses it. */
  readonly presentedBy: string
  readonly rejectedBy: string
  readonly cause: CertificateFault
}

export function refusedText({ certificate, presentedBy, rejectedBy, cause }: RefusedCertificate): string {
  return `${rejectedBy} does not accept certificate ${certificate} of ${presentedBy}: ${faultText(cause)}`
}

function faultText(cause: CertificateFault): string {
  switch (cause.fault) {
    case 'date':
      return `it is valid from ${cause.from ?? 'an unknown date'} to ${cause.until ?? 'an unknown date'}`
    case 'root':
      return `${cause.why} (${cause.roots})`
    case 'names':
      return `it has ${cause.names.join(', ') || 'no name'}, expected is ${cause.expected.join(' or ')}`
  }
}
