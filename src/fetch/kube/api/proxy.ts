import net, { isIP, isIPv4 } from 'node:net'
import { AppError } from '../../../errors.ts'
import { shownUrl } from '../../shown-url.ts'
import type { Host } from '../access/host.ts'

/**
 * The proxy for a server: the cluster's `proxy-url`, else HTTPS_PROXY or HTTP_PROXY unless NO_PROXY names the server, by
 * the rules of Go's http.ProxyFromEnvironment (loopback is never proxied; NO_PROXY takes names, suffixes, IPs, CIDRs, `*`).
 * @throws AppError for a proxy that is not http, https or socks5
 */
export function proxyFor(server: string, proxyUrl: string | undefined, env: Host['env']): URL | undefined {
  if (proxyUrl !== undefined) return parseProxy(proxyUrl, `invalid 'proxy-url' "${shownUrl(proxyUrl)}"`)
  const url = new URL(server)
  const variable = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'
  const value = env[variable] || env[variable.toLowerCase()]
  if (!value || isBypassed(url, env.NO_PROXY || env.no_proxy || '')) return undefined
  return parseProxy(value, `invalid ${variable} "${shownUrl(value)}"`)
}

function parseProxy(text: string, complaint: string): URL {
  const withScheme = text.includes('://') ? text : `http://${text}`
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined
  if (url !== undefined && ['http:', 'https:', 'socks5:', 'socks5h:'].includes(url.protocol)) return url
  throw new AppError(`${complaint}: the scheme must be http, https or socks5`)
}

function isBypassed(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  if (host === 'localhost' || (isIP(host) !== 0 && inRange(host, isIPv4(host) ? '127.0.0.0/8' : '::1/128'))) return true
  return noProxy.split(',').some((item) => matches(item.trim().toLowerCase(), host, port))
}

function matches(rule: string, host: string, port: string): boolean {
  if (rule === '') return false
  if (rule === '*') return true
  if (rule.includes('/')) return isIP(host) !== 0 && inRange(host, rule)
  const [, name = rule, onlyPort] = /^(.*?|\[.*\])(?::(\d+))?$/.exec(isIP(rule) ? `[${rule}]` : rule) ?? []
  if (onlyPort !== undefined && onlyPort !== port) return false
  const plain = name.replace(/^\[|\]$/g, '').replace(/^\*\./, '.')
  return plain.startsWith('.') ? host.endsWith(plain) : host === plain || host.endsWith(`.${plain}`)
}

function inRange(address: string, cidr: string): boolean {
  const [network = '', bits = ''] = cidr.split('/')
  const family = isIPv4(address) ? 'ipv4' : 'ipv6'
  if (isIP(network) !== isIP(address) || !/^\d+$/.test(bits) || Number(bits) > (family === 'ipv4' ? 32 : 128))
    return false
  // Node loads three modules for it where it is first named.
  const list = new net.BlockList()
  list.addSubnet(network, Number(bits), family)
  return list.check(address, family)
}
