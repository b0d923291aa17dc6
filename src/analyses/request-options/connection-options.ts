import type { Args, Option } from '../../contract/command.ts'
import { requirePort } from '../../envoy/require-port.ts'
import { UsageError } from '../../errors.ts'
import { type RequestSpec, requestProtocol, requestProtocols } from '../../walk/request/request-spec.ts'

/** Flags that describe a connection and the headers on it, of every command that follows one. */
export const connectionOptions: readonly Option[] = [
  {
    name: 'header',
    short: 'H',
    type: 'string',
    repeatable: true,
    value: 'NAME=VALUE',
    describe: 'Request header, NAME=VALUE or "NAME: VALUE"; repeat the flag for several',
  },
  {
    name: 'protocol',
    type: 'string',
    choices: requestProtocols,
    describe: "Protocol, instead of the one of the URL's scheme",
  },
  { name: 'tls', type: 'boolean', describe: 'The client speaks TLS; https:// and --sni say so too' },
  { name: 'sni', type: 'string', describe: 'Server name in the TLS handshake' },
  {
    name: 'alpn',
    type: 'string',
    value: 'LIST',
    describe: 'Protocols offered in the TLS handshake, separated by commas',
  },
  { name: 'mtls', type: 'boolean', describe: "The client is a sidecar of the mesh: mutual TLS with Istio's ALPN" },
  {
    name: 'address',
    type: 'string',
    describe: 'Address that the client connects to; looked up in the dump when not given',
  },
  { name: 'source', type: 'string', describe: "The client's address, with or without a port" },
  {
    name: 'peer',
    type: 'string',
    describe:
      'Address of the load balancer or proxy that the connection comes from; the client when not given, or not known behind the PROXY protocol',
  },
  {
    name: 'redirected',
    type: 'boolean',
    describe:
      "Whether iptables redirects the connection to the proxy; when not given, as the dump and the pod's annotations tell",
  },
  {
    name: 'capture-port',
    type: 'number',
    value: 'PORT',
    describe: 'Port that iptables redirects to; taken from the dump when not given',
  },
  {
    name: 'target-port',
    type: 'number',
    value: 'PORT',
    describe:
      "Port of the proxy that the URL's port leads to, as targetPort of a Service says; looked up when not given",
  },
  { name: 'listener', type: 'string', describe: 'Enter at the listener of this name' },
]

/** What these flags say. @throws UsageError */
export function connectionOf(
  args: Args,
): Pick<
  RequestSpec,
  | 'headers'
  | 'protocol'
  | 'tls'
  | 'sni'
  | 'alpn'
  | 'mtls'
  | 'address'
  | 'source'
  | 'peer'
  | 'redirected'
  | 'capturePort'
  | 'targetPort'
  | 'listener'
> {
  return {
    headers: args.strings('header').map(headerOf),
    protocol: requestProtocol(args.string('protocol')),
    tls: args.boolean('tls'),
    sni: args.string('sni'),
    alpn: args.string('alpn')?.split(','),
    mtls: args.boolean('mtls'),
    address: args.string('address'),
    source: args.string('source'),
    peer: args.string('peer'),
    redirected: args.boolean('redirected'),
    capturePort: portOf(args, 'capture-port'),
    targetPort: portOf(args, 'target-port'),
    listener: args.string('listener'),
  }
}

function portOf(args: Args, name: string): number | undefined {
  const port = args.number(name)
  if (port !== undefined) requirePort(port)
  return port
}

/** `name=value` as the shell likes it, or curl's `name: value`; whichever separator comes first. */
export function headerOf(text: string): readonly [string, string] {
  const [, name, value] = /^(:?[^=:]+)\s*[=:]\s*(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined)
    throw new UsageError(`--header accepts NAME=VALUE, got ${JSON.stringify(text)}`)
  return [name.trim(), value]
}
