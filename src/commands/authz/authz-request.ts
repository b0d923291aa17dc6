import type { AuthzRequest } from '../../analyses/authz/authz-request.ts'
import type { Args, Option } from '../../contract/command.ts'
import { parseIp } from '../../envoy/model/ip.ts'
import { requirePort } from '../../envoy/require-port.ts'
import { UsageError } from '../../errors.ts'
import { tokenOptions } from '../token/token-options.ts'
import { headerOf } from '../trace/trace-options.ts'

/** Flags that describe a request to `authz`. */
export const requestOptions: readonly Option[] = [
  {
    name: 'request',
    type: 'string',
    value: 'REQUEST',
    describe:
      'Evaluate the policies for this request: "GET /path" or "GET http://HOST:PORT/path", or "tcp" for a connection that is not HTTP',
  },
  {
    name: 'port',
    type: 'number',
    value: 'PORT',
    describe: 'Port that the request goes to; needed with --request, unless its URL has it',
  },
  {
    name: 'principal',
    type: 'string',
    value: 'SPIFFE_ID',
    describe: 'Identity of the client: cluster.local/ns/NAMESPACE/sa/NAME; without it the client has none (plaintext)',
  },
  { name: 'source', type: 'string', value: 'IP', describe: 'Address of the client' },
  {
    name: 'address',
    type: 'string',
    value: 'IP',
    describe: "Address that the client connects to; the proxy's own by default",
  },
  { name: 'host', type: 'string', value: 'HOST', describe: 'Host header of the request' },
  {
    name: 'header',
    short: 'H',
    type: 'string',
    value: 'NAME=VALUE',
    repeatable: true,
    describe: 'Header of the request, NAME=VALUE or "NAME: VALUE"; repeat the flag for several',
  },
  ...tokenOptions,
]

/**
 * The request that the arguments describe; undefined without `--request`.
 * @throws UsageError when it cannot be read
 */
export function requestOf(args: Args): Omit<AuthzRequest, 'token'> | undefined {
  const text = args.string('request')
  if (text === undefined) {
    const idle = requestOptions.find(({ name }) => args.strings(name).length > 0)
    if (idle !== undefined) throw new UsageError(`--${idle.name} goes with --request`)
    return undefined
  }
  const asked = readRequest(text)
  const port = args.number('port') ?? asked.port
  if (port === undefined) throw new UsageError('--request needs --port, the port that it goes to')
  requirePort(port)
  return {
    http: asked.http,
    port,
    principal: principalOf(args.string('principal')),
    source: addressOf(args.string('source')),
    address: addressOf(args.string('address')),
    host: args.string('host') ?? asked.host,
    headers: args.strings('header').map(headerOf),
  }
}

interface Asked {
  readonly http: AuthzRequest['http']
  readonly host?: string
  readonly port?: number
}

function readRequest(text: string): Asked {
  if (text.toLowerCase() === 'tcp') return { http: undefined }
  const [, method = 'GET', target = ''] = /^(?:([A-Za-z-]+)\s+)?((?:https?:\/\/|\/)\S*)$/.exec(text.trim()) ?? []
  if (target.startsWith('/')) return { http: { method: method.toUpperCase(), path: target } }
  const url = URL.parse(target)
  if (url === null)
    throw new UsageError(`--request takes "METHOD /PATH", "METHOD URL" or "tcp", got ${JSON.stringify(text)}`)
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
  return { http: { method: method.toUpperCase(), path: `${url.pathname}${url.search}` }, host: url.host, port }
}

/** A name would only be found to be in no range of addresses. */
function addressOf(text: string | undefined): string | undefined {
  if (text !== undefined && parseIp(text) === undefined) throw new UsageError(`"${text}" is not an address`)
  return text
}

function principalOf(text: string | undefined): string | undefined {
  return text === undefined || text.startsWith('spiffe://') ? text : `spiffe://${text}`
}
