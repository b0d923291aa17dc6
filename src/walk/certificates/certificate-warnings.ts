import { type Certificate, isoSeconds, isValidAt } from '../../envoy/certificates/certificates.ts'
import { because, type Warning } from '../../semantics/reasons/reason.ts'
import type { TlsSecret } from './tls-secrets.ts'

/** When certificates are judged. */
export interface Moment {
  readonly now: Date
  /** When the dump was saved; undefined for a proxy that runs. Asked for only when something is not valid now. */
  readonly savedAt?: (() => Date | undefined) | undefined
}

/** What is wrong at the moment: of a saved dump at the time of its own, and nothing where that is not known. */
function judged(at: (time: Date) => Warning | undefined, { now, savedAt }: Moment): Warning | undefined {
  const warning = at(now)
  if (warning === undefined || savedAt === undefined) return warning
  const then = savedAt()
  return then && at(then)
}

/** What is wrong with a certificate that the proxy presents; undefined when it is valid at the moment or unknown. */
export function presentedWarning(
  secret: TlsSecret,
  moment: Moment,
  presentedTo: 'client' | 'server',
): Warning | undefined {
  return judged((time) => presentedAt(secret, time, presentedTo), moment)
}

/** What is wrong with roots: nothing as long as one of them is valid. */
export function rootsWarning(secret: TlsSecret, moment: Moment, verify: 'client' | 'server'): Warning | undefined {
  return judged((time) => rootsAt(secret, time, verify), moment)
}

function presentedAt(
  { name, certificates }: TlsSecret,
  now: Date,
  presentedTo: 'client' | 'server',
): Warning | undefined {
  const stale = certificates.find((certificate) => !isValidAt(certificate, now))
  if (stale === undefined) return undefined
  const args = { certificate: name, presentedTo, date: dateOf(stale, now) }
  return because(isEarly(stale, now) ? 'certificate-not-yet-valid' : 'certificate-expired', args)
}

function rootsAt({ name, certificates }: TlsSecret, now: Date, verify: 'client' | 'server'): Warning | undefined {
  const latest = certificates.toSorted((a, b) => a.notAfter.getTime() - b.notAfter.getTime()).at(-1)
  if (latest === undefined || certificates.some((certificate) => isValidAt(certificate, now))) return undefined
  const args = { secret: name, roots: certificates.length, verify, date: dateOf(latest, now) }
  return because(isEarly(latest, now) ? 'roots-not-yet-valid' : 'roots-expired', args)
}

function isEarly({ notBefore }: Certificate, now: Date): boolean {
  return now < notBefore
}

function dateOf(certificate: Certificate, now: Date): string | undefined {
  return isoSeconds(isEarly(certificate, now) ? certificate.notBefore : certificate.notAfter)
}
