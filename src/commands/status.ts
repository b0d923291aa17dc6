import type { Command } from '../contract/command.ts'
import { outputOptions } from '../contract/output-options.ts'
import { rowWatchOptions } from '../contract/row-watch-options.ts'
import { statusOptions } from './status/status-options.ts'

/** `kubectl proxy-status`, which is the same as `kubectl proxy-config status`. */
export const status: Command = {
  name: 'status',
  aliases: ['ps', 'proxy-status'],
  summary: 'Whether every proxy has what its control plane sent, and what differs',
  description: [
    'Whether every proxy has what its control plane sent, and what differs. Also called as kubectl proxy-status.',
    '',
    'Without a target: a row per proxy of the mesh, as every replica of every revision of istiod reports it, and a row per pod',
    'that has a proxy and is not connected. SYNCED: acknowledged what was sent last; STALE: not yet; ERROR: refused it;',
    'NOT SENT: there was nothing to send; IGNORED: the proxy did not ask for the type. In brackets the time since it was sent.',
    'Where there is no istiod, each proxy is asked what it knows of itself. WARMING: received, and not all of it in use yet.',
    'UNKNOWN: nothing that was read tells whether something newer waits: a saved dump, a replica that did not answer.',
    '',
    'With a target: the resources that differ between what its control plane would send to that proxy and what its Envoy uses.',
    'istiod, Envoy Gateway and Contour are asked at once; another only with --xds-second-stream, for it may not bear a second stream.',
    '',
    'Exits with 0 unless it fails; with --exit-code also with 1 when something is not in sync or differs, or no proxy was found.',
  ].join('\n'),
  synopsis: '[POD | TYPE/NAME]',
  examples: [
    { title: 'Is every proxy of the mesh in sync?', command: 'kubectl proxy-status' },
    {
      title: 'Those that are not, in one namespace',
      command: 'kubectl proxy-status -n shop --status stale,error,not-connected',
    },
    {
      title: 'What does this Envoy have that istiod would not send?',
      command: 'kubectl proxy-status deploy/web -n shop',
    },
    { title: 'The same as a unified diff', command: 'kubectl proxy-status web-7c9f -n shop -o unified' },
    {
      title: 'Two saved dumps, without a cluster',
      command: 'kubectl proxy-status --file envoy.json --control-plane-file istiod.json',
    },
  ],
  options: [
    ...statusOptions,
    ...outputOptions.map((option) =>
      option.name === 'output' ? { ...option, describe: `${option.describe}; unified goes with a POD` } : option,
    ),
    ...rowWatchOptions,
  ],
  positionals: { max: 1, kinds: ['target'] },
  formats: ['unified'],
  async load() {
    const { showStatus } = await import('./status/show-status.ts')
    return (await import('./row-watch/watchable.ts')).watchable(showStatus)
  },
}
