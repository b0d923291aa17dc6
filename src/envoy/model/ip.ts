import { type JsonObject, numberOf, stringOf } from '../json.ts'

export interface Ip {
  readonly family: 4 | 6
  readonly bits: bigint
}

export interface Cidr extends Ip {
  readonly length: number
}

/** Reads an IPv4 or IPv6 address. IPv4-mapped IPv6 addresses count as IPv4, as in Envoy. Undefined when it is neither. */
export function parseIp(text: string): Ip | undefined {
  return text.includes(':') ? parseV6(text) : parseV4(text)
}

/** Reads an `envoy.config.core.v3.CidrRange`; `prefix_len` absent means 0. */
export function parseCidr(range: JsonObject): Cidr | undefined {
  const ip = parseIp(stringOf(range.address_prefix) ?? '')
  if (ip === undefined) return undefined
  const width = ip.family === 4 ? 32 : 128
  return { ...ip, length: Math.min(numberOf(range.prefix_len) ?? 0, width) }
}

export function cidrContains(cidr: Cidr, ip: Ip): boolean {
  if (cidr.family !== ip.family) return false
  const rest = BigInt((cidr.family === 4 ? 32 : 128) - cidr.length)
  return cidr.bits >> rest === ip.bits >> rest
}

export function sameIp(a: string, b: string): boolean {
  if (a === b) return true
  const left = parseIp(a)
  const right = parseIp(b)
  return left !== undefined && right !== undefined && left.family === right.family && left.bits === right.bits
}

/** Whether Envoy takes an address for loopback: of IPv4 127.0.0.1 alone. (Network::Utility::isLoopbackAddress) */
export function isLoopback(ip: Ip): boolean {
  return ip.family === 4 ? ip.bits === 0x7f000001n : ip.bits === 1n
}

export function isWildcard(ip: Ip): boolean {
  return ip.bits === 0n
}

/** `address:port` as Envoy prints it: IPv6 in brackets. */
export function hostPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** An address as far as it is known: `10.0.0.1:80`, `10.0.0.1` without a port, `port 80` without an address. */
export function partialHostPort(address: string | undefined, port: number): string
export function partialHostPort(address: string | undefined, port: number | undefined): string | undefined
export function partialHostPort(address: string | undefined, port: number | undefined): string | undefined {
  if (address === undefined) return port === undefined ? undefined : `port ${port}`
  return port === undefined ? address : hostPort(address, port)
}

/** Reads `address:port` or `[address]:port`; the address may be a host name. Undefined without a port. */
export function parseHostPort(text: string): { readonly address: string; readonly port: number } | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^\]]+?)):(\d+)$/.exec(text) ?? []
  const address = bracketed ?? plain
  return address === undefined || port === undefined ? undefined : { address, port: Number(port) }
}

function parseV4(text: string): Ip | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (parts === null) return undefined
  let bits = 0n
  for (const part of parts.slice(1)) {
    const byte = Number(part)
    if (byte > 255) return undefined
    bits = (bits << 8n) | BigInt(byte)
  }
  return { family: 4, bits }
}

function parseV6(text: string): Ip | undefined {
  const [withoutZone = ''] = text.split('%')
  const halves = withoutZone.split('::')
  if (halves.length > 2) return undefined
  const head = groupsOf(halves[0] ?? '')
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '') : []
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  let bits = 0n
  for (const group of [...head, ...Array<number>(missing).fill(0), ...tail]) bits = (bits << 16n) | BigInt(group)
  return bits >> 32n === 0xffffn ? { family: 4, bits: bits & 0xffffffffn } : { family: 6, bits }
}

/** The 16-bit groups of one side of an IPv6 address; a trailing dotted IPv4 part gives two. */
function groupsOf(text: string): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  for (const part of text.split(':')) {
    if (part.includes('.')) {
      const v4 = parseV4(part)
      if (v4 === undefined) return undefined
      groups.push(Number(v4.bits >> 16n), Number(v4.bits & 0xffffn))
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16))
    } else {
      return undefined
    }
  }
  return groups
}
