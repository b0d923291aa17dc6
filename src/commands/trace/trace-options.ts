import type { Question } from '../../analyses/trace/request/question.ts'
import type { Args, Option } from '../../contract/command.ts'
import { UsageError } from '../../errors.ts'
import { tokenOptions } from '../token/token-options.ts'

/** Flags that describe the request. */
export const requestOptions: readonly Option[] = [
  { name: 'host', type: 'string', describe: "Host name or address, instead of the URL's" },
  { name: 'port', type: 'number', describe: "Port, instead of the URL's" },
  { name: 'path', type: 'string', describe: 'Path with query, instead of the one in the URL' },
  { name: 'method', short: 'X', type: 'string', describe: 'HTTP method; GET when not given, POST for grpc://' },
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
    choices: ['http1', 'http2', 'tcp'],
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
    name: 'principal',
    type: 'string',
    describe: "URI in the client's certificate, such as spiffe://cluster.local/ns/default/sa/ratings",
  },
  {
    name: 'inbound',
    type: 'boolean',
    describe: 'The request comes to the workload; else it leaves the workload, or enters a gateway',
  },
  {
    name: 'address',
    type: 'string',
    describe: 'Address that the client connects to; looked up in the dump when not given',
  },
  { name: 'source', type: 'string', describe: "The client's address, with or without a port" },
  {
    name: 'source-labels',
    type: 'string',
    value: 'LABELS',
    describe: "Labels of the client's pod: traced through a pod that has them when none is named, else checked",
  },
  ...tokenOptions,
  { name: 'listener', type: 'string', describe: 'Enter at the listener of this name' },
  { name: 'random', type: 'number', describe: 'Random value of the request: decides weighted clusters and fractions' },
]

/** What says nothing without `--requests`. */
const withRequests = ['coverage', 'fail-under', 'route-configuration']

/**
 * A flag that would be read and do nothing, such as `--fail-under` where no file of requests is checked, is refused.
 * @throws UsageError
 */
export function refuseIdleFlags(args: Args): void {
  const isGiven = (name: string): boolean => args.strings(name).length > 0
  if (!isGiven('requests')) {
    const idle = withRequests.find(isGiven)
    if (idle !== undefined) throw new UsageError(`--${idle} goes with --requests`)
    return
  }
  const ofOne = [...requestOptions.map(({ name }) => name), 'follow', 'exit-code'].filter(
    (name) => name !== 'source-labels',
  )
  const idle = ofOne.find(isGiven)
  if (idle !== undefined) throw new UsageError(`--${idle} is about one request: it does not go with --requests`)
  if ((args.number('fail-under') ?? 0) > 100) throw new UsageError('--fail-under takes a percentage, 0 to 100')
}

/** The question that the flags and the URL put. @throws UsageError */
export function questionOf(url: string | undefined, args: Args): Question {
  const protocol = args.string('protocol')
  return {
    url,
    host: args.string('host'),
    port: args.number('port'),
    path: args.string('path'),
    method: args.string('method'),
    headers: args.strings('header').map(headerOf),
    protocol: protocol === 'http1' || protocol === 'http2' || protocol === 'tcp' ? protocol : undefined,
    tls: args.boolean('tls'),
    sni: args.string('sni'),
    alpn: args.string('alpn')?.split(','),
    mtls: args.boolean('mtls'),
    principal: args.string('principal'),
    inbound: args.boolean('inbound'),
    address: args.string('address'),
    source: args.string('source'),
    listener: args.string('listener'),
    random: args.number('random'),
  }
}

/** `name=value` as the shell likes it, or curl's `name: value`; whichever separator comes first. */
export function headerOf(text: string): readonly [string, string] {
  const [, name, value] = /^([^=:]+)\s*[=:]\s*(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined)
    throw new UsageError(`--header takes NAME=VALUE, got ${JSON.stringify(text)}`)
  return [name.trim(), value]
}
