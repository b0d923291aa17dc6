import type { SourceOptions } from '../mesh/source.ts'
import type { Args } from './command.ts'

/** How the arguments say the admin interface of a pod's proxy is reached. */
export function proxyOptions(args: Args): SourceOptions {
  const via = args.string('via')
  return {
    adminPort: args.number('proxy-admin-port'),
    container: args.string('container'),
    via: via === 'exec' || via === 'port-forward' ? via : 'auto',
  }
}
