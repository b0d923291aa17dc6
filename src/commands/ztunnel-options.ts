import type { Option } from '../cli/command.ts'
import { targetOptions } from '../cli/target-options.ts'
import { istioNamespaceOptions } from './istio-namespace.ts'

/** Flags of `ztunnel` beside the output flags. */
export const ztunnelOptions: readonly Option[] = [
  ...targetOptions.filter(({ name }) => name !== 'selector'),
  { name: 'node', type: 'string', value: 'NODE', describe: 'Read the ztunnel on this node' },
  ...istioNamespaceOptions.map((option) =>
    option.hidden
      ? option
      : { ...option, describe: 'Namespace of the ztunnel DaemonSet (default istio-system); also --istio-namespace' },
  ),
  { name: 'address', type: 'string', describe: 'workloads: show the one with this address' },
  {
    name: 'workload-namespace',
    type: 'string',
    describe: 'workloads, connections: show those of this namespace',
  },
  { name: 'workload-node', type: 'string', describe: 'workloads: show those on this node' },
  { name: 'service-namespace', type: 'string', describe: 'services: show those of this namespace' },
  { name: 'policy-namespace', type: 'string', describe: 'policies: show those of this namespace' },
  {
    name: 'direction',
    type: 'string',
    choices: ['inbound', 'outbound'],
    describe: 'connections: show those of this direction',
  },
  {
    name: 'raw',
    type: 'boolean',
    describe: 'connections: leave addresses as they are, instead of naming their owners',
  },
  { name: 'with-headers', type: 'boolean', describe: 'all: put a heading before each part' },
  {
    name: 'level',
    type: 'string',
    value: 'LEVELS',
    describe:
      'log: set the level of everything (debug) or of modules (ztunnel::proxy:debug,info). Levels: trace, debug, info, warning, error, off',
  },
  { name: 'reset', short: 'r', type: 'boolean', describe: 'log: set the levels that ztunnel was started with' },
]
