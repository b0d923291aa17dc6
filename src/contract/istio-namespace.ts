import type { Args, Option } from './command.ts'

/** istioctl's flag, and the spelling that all other flags have. */
export const istioNamespaceOption: Option = {
  name: 'istioNamespace',
  short: 'i',
  aliases: ['istio-namespace'],
  type: 'string',
  value: 'NAMESPACE',
  holds: 'namespace',
  describe: 'Namespace of the control plane (default istio-system); also --istio-namespace',
}

/** Where Istio itself runs. */
export function istioNamespace(args: Args): string {
  return args.string('istioNamespace') ?? 'istio-system'
}
