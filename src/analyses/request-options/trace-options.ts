import type { Args, Option } from '../../contract/command.ts'
import { UsageError } from '../../errors.ts'
import type { RequestSpec } from '../../walk/request/request-spec.ts'
import { connectionOf, connectionOptions } from './connection-options.ts'
import { tokenOptions } from './token-options.ts'

/** Flags that describe the request. */
export const requestOptions: readonly Option[] = [
  {
    name: 'host',
    type: 'string',
    describe: "Host name or address, instead of the URL's; HOST:PORT is what the Host header says",
  },
  { name: 'port', type: 'number', describe: "Port, instead of the URL's" },
  { name: 'path', type: 'string', describe: 'Path with query, instead of the one in the URL' },
  {
    name: 'method',
    short: 'X',
    type: 'string',
    describe: 'HTTP method; GET when not given, POST for grpc:// and grpcs://',
  },
  ...connectionOptions,
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
    name: 'source-labels',
    type: 'string',
    value: 'LABELS',
    describe: "Labels of the client's pod: traced through a pod that has them when none is named, else checked",
  },
  ...tokenOptions,
  {
    name: 'random',
    type: 'number',
    describe: 'Fix the random value, so that weighted clusters and runtime fractions are deterministic',
  },
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
  const ofOne = [...requestOptions.map(({ name }) => name), 'follow', 'traffic', 'exit-code'].filter(
    (name) => name !== 'source-labels',
  )
  const idle = ofOne.find(isGiven)
  if (idle !== undefined) throw new UsageError(`--${idle} is about one request: it does not go with --requests`)
  if ((args.number('fail-under') ?? 0) > 100) throw new UsageError('--fail-under accepts a percentage, 0 to 100')
}

/** The request that the flags and the URL specify. @throws UsageError */
export function requestSpec(url: string | undefined, args: Args): RequestSpec {
  return {
    ...connectionOf(args),
    url,
    host: args.string('host'),
    port: args.number('port'),
    path: args.string('path'),
    method: args.string('method'),
    principal: args.string('principal'),
    inbound: args.boolean('inbound'),
    random: args.number('random'),
  }
}
