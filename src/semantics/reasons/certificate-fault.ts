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
  readonly shownBy: string
  readonly refusedBy: string
  readonly because: CertificateFault
}

export function refusedText({ certificate, shownBy, refusedBy, because }: RefusedCertificate): string {
  return `${refusedBy} does not accept certificate ${certificate} of ${shownBy}: ${faultText(because)}`
}

function faultText(because: CertificateFault): string {
  switch (because.fault) {
    case 'date':
      return `it is valid from ${because.from ?? 'an unknown date'} to ${because.until ?? 'an unknown date'}`
    case 'root':
      return `${because.why} (${because.roots})`
    case 'names':
      return `it has ${because.names.join(', ') || 'no name'}, expected is ${because.expected.join(' or ')}`
  }
}
