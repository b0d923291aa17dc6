import type { Status } from './proxy-status.ts'

/** What one reply of a control plane says of one proxy, in whatever format it came. */
export interface ReportedProxy {
  /** Node id as reported. */
  readonly id: string
  readonly namespace: string | undefined
  readonly cluster: string | undefined
  readonly proxyType: string | undefined
  readonly version: string | undefined
  readonly istiod: string
  /** By type URL, or short name where the format has no URLs. */
  readonly types: readonly ReportedType[]
}

export interface ReportedType {
  readonly type: string
  readonly status: Status
  readonly sentTime: Date | undefined
  /** When the configuration that the proxy has accepted last was worked out, in whole seconds, where the nonce tells. */
  readonly acceptedPush?: Date | undefined
  readonly error: string | undefined
  /** With an error: whether the proxy has accepted an earlier version. */
  readonly acceptedBefore?: boolean
  readonly percent?: number
}

/** A time as a control plane writes it. Go's zero time means never. */
export function timeOf(text: unknown): Date | undefined {
  if (typeof text !== 'string' || text.startsWith('0001-01-01')) return undefined
  const time = new Date(text)
  return Number.isNaN(time.getTime()) ? undefined : time
}
