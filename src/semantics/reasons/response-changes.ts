import type { Texts } from './texts.ts'

/** What changes an answer that Envoy makes itself. `status`: the one that it sets. */
export interface ResponseChanges {
  /** `mapper`: place in local_reply_config, from 0. */
  'reply-mapped': { readonly mapper: number; readonly status?: number | undefined }
  /** body_format of local_reply_config. */
  'reply-formatted': Readonly<Record<string, never>>
  'response-replaced': { readonly filter: string; readonly status?: number | undefined }
  /** `uri`: where the filter had Envoy get another response; `flags`, `details`: of the answer that it replaces. */
  'response-fetched': {
    readonly filter: string
    readonly uri: string
    readonly status?: number | undefined
    readonly flags?: string | undefined
    readonly details?: string | undefined
  }
}

const sets = (status: number | undefined): string => (status === undefined ? '' : ` sets status ${status}`)

export const responseChangeTexts: Texts<ResponseChanges> = {
  'reply-mapped': ({ mapper, status }) => `mapper ${mapper + 1} of local_reply_config${sets(status) || ' applies'}`,
  'reply-formatted': () => 'local_reply_config formats the body',
  'response-replaced': ({ filter, status }) =>
    `the custom_response filter ${filter} replaces it${status === undefined ? '' : ` and${sets(status)}`}`,
  'response-fetched': ({ filter, uri, status, flags, details }) => {
    const replaced = [flags, details].filter(Boolean).join(' ') || 'it'
    const own = status === undefined ? '' : ` and${sets(status)}`
    return `the custom_response filter ${filter} replaces ${replaced} by the response of ${uri}${own}`
  },
}
