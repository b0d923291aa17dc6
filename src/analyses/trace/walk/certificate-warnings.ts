import { type Certificate, isoSeconds, isValidAt } from '../../../envoy/certificates/certificates.ts'
import type { TlsSecret } from './tls-secrets.ts'

/** What is wrong with a certificate that the proxy presents; undefined when it is valid at the moment or unknown. */
export function presentedWarning({ name, certificates }: TlsSecret, now: Date, effect: string): string | undefined {
  const stale = certificates.find((certificate) => !isValidAt(certificate, now))
  return stale === undefined ? undefined : `certificate ${name} ${when(stale, now)}: ${effect}`
}

/** What is wrong with roots: nothing as long as one of them is valid. */
export function rootsWarning({ name, certificates }: TlsSecret, now: Date, effect: string): string | undefined {
  const latest = certificates.toSorted((a, b) => a.notAfter.getTime() - b.notAfter.getTime()).at(-1)
  if (latest === undefined || certificates.some((certificate) => isValidAt(certificate, now))) return undefined
  return `${certificates.length === 1 ? 'the root' : 'every root'} in ${name} ${when(latest, now)}: ${effect}`
}

function when({ notBefore, notAfter }: Certificate, now: Date): string {
  return now < notBefore
    ? `is not valid before ${isoSeconds(notBefore) ?? 'a date that cannot be read'}`
    : `expired on ${isoSeconds(notAfter) ?? 'a date that cannot be read'}`
}
