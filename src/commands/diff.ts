import type { Command, Option } from '../contract/command.ts'
import { outputOptions } from '../contract/output-options.ts'
import { fleetTargetOptions } from '../contract/selection.ts'

/** What differs between two proxies, among the replicas of a workload, or between a mesh now and before. */
export const diff: Command = {
  name: 'diff',
  aliases: [],
  summary: 'What differs between two proxies, among replicas, or between now and a capture',
  description: `Compares what proxies have loaded, resource by resource: two pods, workloads, saved dumps or URLs in any mix (files come
first, then URLs, then pods); all replicas of one workload with each other; two captures, or a capture and the live cluster.

What Envoy takes for the same is no difference: versions, times, defaults, the order of lists that have none. What comes of the pod (its
name and addresses, its node, its own certificate, priorities that depend on its locality) is left out and counted; --identity shows it.

Words such as routes/9080 narrow the comparison to a resource. With --requests the same requests are traced through both sides, and those
are named that come to something else.

Exits with 0 when nothing differs, 1 when something does, 2 when it could not be found out.`,
  synopsis: '[A [B]] [KIND/NAME...]',
  examples: [
    { title: 'Do all replicas have the same?', command: 'kubectl proxy-config diff deploy/web -n shop' },
    { title: 'Two pods', command: 'kubectl proxy-config diff web-7c9f-abc web-7c9f-xyz' },
    {
      title: 'Two saved dumps, and the requests that go somewhere else now',
      command: 'kubectl proxy-config diff --file before.json --file after.json --requests cases.yaml',
    },
    {
      title: 'A dump of yesterday and the pod of today',
      command: 'kubectl proxy-config diff --file before.json web-7c9f-abc',
    },
    {
      title: 'What changed in the mesh since a capture?',
      command: 'kubectl proxy-config diff -A --capture before.zip',
    },
    {
      title: 'A page for a ticket, opened at the difference of the two',
      command: 'kubectl proxy-config diff --file before.json web-7c9f-abc -o html > diff.html',
    },
    {
      title: 'Two captures, one route configuration, as a unified diff',
      command: 'kubectl proxy-config diff --capture before.zip --capture after.zip routes/9080 -o unified',
    },
  ],
  options: [
    ...fleetTargetOptions.filter(({ name }) => name !== 'all-pods' && name !== 'contexts').map(own),
    {
      name: 'live',
      type: 'boolean',
      describe: 'With one --capture: compare it with the live cluster, as -A and -l do',
    },
    { name: 'type', type: 'string', value: 'KINDS', describe: 'Compare these kinds only: routes,clusters or rds,cds' },
    {
      name: 'identity',
      type: 'boolean',
      describe: 'Also show differences that come of the pod: its name, addresses, node, certificate, locality',
    },
    {
      name: 'ignore',
      type: 'string',
      value: 'PATH',
      repeatable: true,
      describe:
        'Leave out differences at [KIND[/NAME]:]PATH, such as routes:virtual_hosts.routes.route.timeout or ..connect_timeout',
    },
    {
      name: 'requests',
      type: 'string',
      once: true,
      value: 'FILE',
      holds: 'file',
      describe: 'Trace the requests of a file through both sides, and name those that come to something else',
    },
    ...outputOptions,
  ],
  positionals: { max: Number.POSITIVE_INFINITY, kinds: ['target'] },
  formats: ['unified', 'patch', 'html'],
  failureCode: 2,
  async load() {
    return (await import('./diff/show-difference.ts')).showDifference
  },
}

/** Of captures and URLs two can be compared. */
function own(option: Option): Option {
  if (option.name === 'url') return { ...option, repeatable: true, describe: `${option.describe}. Repeat it for two` }
  if (option.name === 'all-namespaces') return { ...option, describe: 'With --capture: the proxies of all namespaces' }
  if (option.name !== 'capture') return option
  const describe = 'Read a capture in place of the cluster; given twice, the same proxies of both are compared'
  return { ...option, repeatable: true, describe }
}
