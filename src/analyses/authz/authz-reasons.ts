import type { ReasonDocument } from '../../semantics/reasons/reason-text.ts'
import type { NoArgs, Texts } from '../../semantics/reasons/texts.ts'

/** Reasons for an answer that no filter and no end of the request gives; with those they are the codes of `authz --request`. */
export interface AuthzReasons {
  'no-policy-denies': NoArgs
  /** `reasons`: of two answers that are possible. */
  'chance-decides': { readonly reasons: readonly ReasonDocument[] }
  /** Of a port of a Service that can lead to several of the proxy. */
  'target-port-decides': { readonly answers: readonly { readonly port: number; readonly verdict: string }[] }
}

export const authzTexts: Texts<AuthzReasons> = {
  'no-policy-denies': () => 'no policy denies it',
  'chance-decides': ({ reasons }) => `chance decides: ${reasons.map(({ text }) => text).join(', or ')}`,
  'target-port-decides': ({ answers }) =>
    `the port that the Service leads to decides (--target-port): ${answers.map(({ port, verdict }) => `${verdict} at ${port}`).join(', ')}`,
}

/** A reason as documents have it. */
export function authzReason<Code extends keyof AuthzReasons>(code: Code, args: AuthzReasons[Code]): ReasonDocument {
  return { code, args, text: authzTexts[code](args) }
}
