import type { Command } from '../contract/command.ts'
import { istioNamespaceOption } from '../contract/istio-namespace.ts'
import { outputOptions } from '../contract/output-options.ts'
import { fleetTargetOptions } from '../contract/selection.ts'

/** Keeps a mesh in a file, for every other command. */
export const capture: Command = {
  name: 'capture',
  aliases: [],
  summary: 'Keep proxies, their control plane and what is known of them in one file',
  description: `Writes a ZIP archive that stands for the cluster in every other command: --capture FILE. In it are the admin pages of each proxy,
what every istiod says and would send to each proxy, and the objects of the Kubernetes API that commands look up (no Secrets, no
ConfigMaps, no values of environment variables). What cannot be read is named in it, and the rest is there. Ctrl-C ends it early: the
file is whole then, says so, and --resume continues it. The table tells what the file holds; capture show FILE prints it again.

Passwords, tokens, keys and whatever else is hidden in output are not in the file: a token stands for each, the same for the same value.`,
  synopsis: '[POD | TYPE/NAME]... | show FILE',
  examples: [
    { title: 'The whole mesh', command: 'kubectl proxy-config capture -A --to mesh.zip' },
    {
      title: 'Two deployments, with the last ten minutes of logs',
      command: 'kubectl proxy-config capture deploy/shop deploy/cart --logs 10m',
    },
    { title: 'What a capture holds', command: 'kubectl proxy-config capture show mesh.zip' },
  ],
  options: [
    ...fleetTargetOptions.filter(({ name }) => name !== 'contexts'),
    {
      name: 'to',
      type: 'string',
      once: true,
      value: 'FILE',
      holds: 'file',
      describe:
        'The file to write; proxy-capture-TIME.zip in the working folder when not given. A file that exists is not overwritten',
    },
    {
      name: 'resume',
      type: 'boolean',
      describe: 'Go on with the file of --to: what is whole in it is kept, the rest is read',
    },
    {
      name: 'redact',
      type: 'string',
      value: 'PATTERN',
      repeatable: true,
      describe: 'Take out what matches this regular expression as well. Names of pods and namespaces stay',
    },
    {
      name: 'no-redact',
      type: 'boolean',
      describe: 'Keep passwords, tokens and keys as the proxies and the control plane give them',
    },
    { name: 'logs', type: 'string', value: 'DURATION', describe: "Keep the proxies' logs of the last 10m, 2h, …" },
    istioNamespaceOption,
    ...outputOptions,
  ],
  positionals: { max: Number.POSITIVE_INFINITY, kinds: ['target'], beforeFile: 'show' },
  async load() {
    return (await import('./capture/run-capture.ts')).runCapture
  },
}
