import { parseIp } from '../../envoy/model/ip.ts'

/** The parts of a Host header or :authority. */
export interface Authority {
  /** Without brackets where it is an IPv6 address. */
  readonly host: string
  readonly port: number | undefined
  readonly isIp: boolean
}

/** Splits an authority; what follows the last colon and is no port stays part of the host. (Http::Utility::parseAuthority) */
export function parseAuthority(text: string): Authority {
  const [, before = text, digits] = /^(.*):(\d+)$/s.exec(text) ?? []
  const port = digits === undefined || Number(digits) > 65535 ? undefined : Number(digits)
  const host = port === undefined ? text : before
  const [, bracketed] = /^\[(.*)\]$/s.exec(host) ?? []
  const isIp = parseIp(bracketed ?? host) !== undefined
  return { host: isIp ? (bracketed ?? host) : host, port, isIp }
}
