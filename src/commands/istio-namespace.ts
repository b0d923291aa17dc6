import type { Args, Option } from '../cli/command.ts'

/** istioctl's flag, and the spelling that all other flags have. */
export const istioNamespaceOptions: readonly Option[] = [
  {
    name: 'istioNamespace',
    short: 'i',
    type: 'string',
    value: 'NAMESPACE',
    describe: 'Namespace of the control plane (default istio-system); also --istio-namespace',
  },
  { name: 'istio-namespace', type: 'string', describe: 'The same as --istioNamespace', hidden: true },
]

/** Where Istio itself runs. */
export function istioNamespace(args: Args): string {
  return args.string('istioNamespace') ?? args.string('istio-namespace') ?? 'istio-system'
}
