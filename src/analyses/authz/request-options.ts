import type { Option } from '../../contract/command.ts'
import { connectionOptions } from '../request-options/connection-options.ts'
import { tokenOptions } from '../request-options/token-options.ts'

/** Flags that describe a request to `authz`. */
export const requestOptions: readonly Option[] = [
  {
    name: 'request',
    type: 'string',
    value: 'REQUEST',
    describe:
      'Evaluate the policies for this request: "GET /path", "GET https://HOST:PORT/path" as trace has URLs, or "tcp" for a connection that is not HTTP',
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
    describe:
      'Identity of the client: cluster.local/ns/NAMESPACE/sa/NAME. Without https:// or --tls the client is one of the mesh then; without an identity it has no certificate',
  },
  { name: 'host', type: 'string', value: 'HOST', describe: 'Host header of the request; not known when not given' },
  ...connectionOptions,
  ...tokenOptions,
]
