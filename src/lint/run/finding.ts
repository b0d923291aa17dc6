import type { Reach } from '../proxy/places.ts'
import type { Profile, RuleFacts, Severity } from '../rule.ts'

/** What a rule found in one proxy or between several, before findings with one cause become one. */
export interface RawFinding {
  readonly rule: string
  readonly severity: Severity
  /** `clusters/NAME`. */
  readonly resource: string
  readonly path: string
  readonly object: string
  readonly reach: Reach
  readonly message: string
  readonly cause: string
  /** What the control plane of the proxy calls the fix; empty where that is not known. */
  readonly words: string
}

/** One cause: all that a rule found for it, in every proxy. */
export interface Finding {
  readonly rule: string
  readonly profile: Profile
  readonly severity: Severity
  /** Of the first place. */
  readonly resource: string
  readonly path: string
  readonly object: string
  /** A listener and a domain that lead there; empty where nothing does or that is not known. */
  readonly reachedBy: string
  readonly message: string
  /** Places in all proxies together. */
  readonly places: number
  readonly proxies: readonly string[]
  readonly fix: string
  readonly link: string
}

/** Why a rule said nothing of a proxy: what it needs was not read, or it has a defect. */
export interface Silence {
  readonly rule: string
  readonly because: { readonly missing: readonly string[] } | { readonly defect: string }
}

/** Where the page of a rule is. */
export function linkOf({ id }: Pick<RuleFacts, 'id'>): string {
  return `https://github.com/kubectl-proxy-config/kubectl-proxy-config/blob/main/docs/rules/${id}.md`
}

/** `listener 0.0.0.0_8080, shop.example.com` */
export function reachText(reach: Reach): string {
  if (typeof reach === 'string') return ''
  return reach.domain === undefined ? reach.listener : `${reach.listener} ${reach.domain}`
}
