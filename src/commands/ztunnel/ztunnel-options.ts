import type { Args, Option } from '../../contract/command.ts'
import { istioNamespaceOption } from '../../contract/istio-namespace.ts'
import { targetOptions } from '../../contract/selection.ts'
import { UsageError } from '../../errors.ts'

interface OfKinds {
  /** The kinds it is for; `all` takes those of every kind it shows. */
  readonly kinds: readonly string[]
  readonly option: Option
}

const ofKinds: readonly OfKinds[] = [
  { kinds: ['workloads'], option: { name: 'address', type: 'string', describe: 'show the one with this address' } },
  {
    kinds: ['workloads', 'connections'],
    option: { name: 'workload-namespace', type: 'string', describe: 'show those of this namespace' },
  },
  { kinds: ['workloads'], option: { name: 'workload-node', type: 'string', describe: 'show those on this node' } },
  {
    kinds: ['services'],
    option: { name: 'service-namespace', type: 'string', describe: 'show those of this namespace' },
  },
  {
    kinds: ['policies'],
    option: { name: 'policy-namespace', type: 'string', describe: 'show those of this namespace' },
  },
  {
    kinds: ['connections'],
    option: {
      name: 'direction',
      type: 'string',
      choices: ['inbound', 'outbound'],
      describe: 'show those of this direction',
    },
  },
  {
    kinds: ['connections'],
    option: {
      name: 'raw',
      type: 'boolean',
      describe: 'leave addresses as they are, instead of naming their owners',
    },
  },
  { kinds: ['all'], option: { name: 'with-headers', type: 'boolean', describe: 'put a heading before each part' } },
  {
    kinds: ['log'],
    option: {
      name: 'level',
      type: 'string',
      value: 'LEVELS',
      holds: 'levels',
      describe:
        'set the level of everything (debug) or of modules (ztunnel::proxy:debug,info). Levels: trace, debug, info, warning, error, off',
    },
  },
  {
    kinds: ['log'],
    option: { name: 'reset', short: 'r', type: 'boolean', describe: 'set the levels that ztunnel was started with' },
  },
]

/** Flags of `ztunnel` beside the output flags. */
export const ztunnelOptions: readonly Option[] = [
  ...targetOptions.filter(({ name }) => name !== 'selector'),
  { name: 'node', type: 'string', value: 'NODE', describe: 'Read the ztunnel on this node' },
  {
    ...istioNamespaceOption,
    describe: 'Namespace of the ztunnel DaemonSet (default istio-system); also --istio-namespace',
  },
  ...ofKinds.map(({ kinds, option }) => ({ ...option, describe: `${kinds.join(', ')}: ${option.describe}` })),
]

/** @throws UsageError for a flag that means nothing to the kind: it would be passed over */
export function requireFlagsOf(kind: string, args: Args): void {
  const wrong = ofKinds.find(({ kinds, option: { name, type } }) => {
    const given = type === 'boolean' ? args.boolean(name) === true : args.string(name) !== undefined
    return given && !kinds.includes(kind) && (kind !== 'all' || kinds.includes('log'))
  })
  if (wrong === undefined) return
  throw new UsageError(`--${wrong.option.name} is for ${wrong.kinds.join(' and ')}, not for ${kind}`)
}
