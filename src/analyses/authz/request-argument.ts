import type { Args } from '../../contract/command.ts'
import { parseIp } from '../../envoy/model/ip.ts'
import { requirePort } from '../../envoy/require-port.ts'
import { UsageError } from '../../errors.ts'
import type { RequestSpec } from '../../walk/request/request-spec.ts'
import { socketOf } from '../../walk/request/socket-argument.ts'
import { connectionOf } from '../request-options/connection-options.ts'

/** The request that the arguments describe. @throws UsageError when it cannot be read */
export function requestOf(args: Args): RequestSpec {
  const asked = readRequest(args.string('request') ?? '')
  const port = args.number('port') ?? asked.port
  if (port === undefined) throw new UsageError('--request needs --port, the port that it goes to')
  requirePort(port)
  const connection = connectionOf(args)
  const { headers = [], address, source, peer } = connection
  if (address !== undefined && parseIp(address) === undefined) throw new UsageError(`"${address}" is not an address`)
  for (const client of [source, peer]) if (client !== undefined) socketOf(client)
  const host = args.string('host') ?? headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? asked.host
  const principal = principalOf(args.string('principal'))
  const isPlainTls = asked.isTls || connection.tls === true
  return {
    ...connection,
    ...asked.spec,
    ...(asked.spec.url !== undefined ? {} : host === undefined ? { hostUnknown: true } : { host: nameIn(host) }),
    port,
    headers: host === undefined ? headers : [['host', host], ...headers],
    protocol: asked.spec.protocol ?? connection.protocol,
    mtls: connection.mtls ?? (principal !== undefined && !isPlainTls),
    principal,
  }
}

interface Asked {
  readonly spec: Pick<RequestSpec, 'url' | 'method' | 'path' | 'protocol'>
  /** The URL's, with its port. */
  readonly host?: string
  readonly port?: number | undefined
  readonly isTls?: boolean
}

const defaultPorts: ReadonlyMap<string, number> = new Map(Object.entries({ http: 80, https: 443, grpc: 80 }))

function readRequest(text: string): Asked {
  if (text.toLowerCase() === 'tcp') return { spec: { protocol: 'tcp' } }
  const [, verb, target = ''] = /^(?:([A-Za-z-]+)\s+)?((?:[a-z]+:\/\/|\/)\S*)$/.exec(text.trim()) ?? []
  const method = verb?.toUpperCase()
  if (target.startsWith('/')) return { spec: { method, path: target } }
  const [, scheme = '', host = '', port] =
    /^(https?|grpc|tcp):\/\/(\[[^\]]*\]|[^/?#:]+)(?::(\d+))?(?:[/?#]|$)/.exec(target) ?? []
  if (host === '')
    throw new UsageError(`--request accepts "METHOD /PATH", "METHOD URL" or "tcp", got ${JSON.stringify(text)}`)
  return {
    spec: { url: target, method },
    host: port === undefined ? host : `${host}:${port}`,
    port: port === undefined ? defaultPorts.get(scheme) : Number(port),
    isTls: scheme === 'https',
  }
}

/** The host of a Host header, without its port. */
function nameIn(host: string): string {
  return host.replace(/:\d+$/, '')
}

function principalOf(text: string | undefined): string | undefined {
  return text === undefined || text.includes('://') ? text : `spiffe://${text}`
}
