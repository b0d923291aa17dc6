import type { Outcome } from '../../../semantics/outcome.ts'
import type { OutcomeReason, ReasonArgs } from '../../../semantics/reasons/reason.ts'
import type { Hop } from '../walk/trace-result.ts'
import { type Advice, adviceByCode, correctRejected } from './advice-by-code.ts'

/** What to look at next when a request does not arrive; undefined when there is nothing to do. @param hop the last one */
export function adviceFor({ kind, reason }: Outcome, hop: Hop | undefined): string | undefined {
  const warned = (isSuch: (warning: string) => boolean): boolean => hop?.warnings?.some(isSuch) ?? false
  if (isUnknownThere.has(kind) && warned(isNewer)) return warned(isRejected) ? correctRejected : newer
  return (
    adviceOn(reason, hop) ??
    (warned(isExpired) ? renew : warned(isRejected) ? correctRejected : warned(isWrongPort) ? otherPort : undefined)
  )
}

function adviceOn<Code extends OutcomeReason['code']>(
  { code, args }: { readonly code: Code; readonly args: ReasonArgs[Code] },
  hop: Hop | undefined,
): string | undefined {
  const advice: Advice<ReasonArgs[Code]> = adviceByCode[code]
  return typeof advice === 'function' ? advice(args, hop) : advice
}

const otherPort =
  'A Service answers on its own ports only: correct the port, or add it to the Service (kubectl get service).'
const renew =
  'Renew the certificate; one of the mesh is renewed by itself while istiod can be reached: kubectl proxy-config secrets.'

/** What the version in use does not have may be in the one that is not in use yet. */
const isUnknownThere: ReadonlySet<Outcome['kind']> = new Set(['noFilterChain', 'noRoute'])
const newer =
  'A newer version (see the warning) may have it: it waits for something it needs; does the Secret exist? kubectl proxy-config info says what it is.'

function isRejected(warning: string): boolean {
  return warning.includes('was rejected by Envoy') || warning.startsWith('Envoy rejected ')
}

function isNewer(warning: string): boolean {
  return warning.startsWith('a newer version of ') || isRejected(warning)
}

function isWrongPort(warning: string): boolean {
  return warning.includes(', of which this proxy knows port')
}

function isExpired(warning: string): boolean {
  return warning.includes(' expired on ')
}
