import type { Command, Option } from '../contract/command.ts'
import { outputOptions } from '../contract/output-options.ts'
import { fleetReadingOptions, targetOptions } from '../contract/selection.ts'

/** Flags of `explain` besides those that name a proxy and a format. */
const explainOptions: readonly Option[] = [
  {
    name: 'log',
    type: 'string',
    once: true,
    value: 'FILE',
    holds: 'file',
    describe: 'Read the lines of a saved access log; - is standard input',
  },
  {
    name: 'since',
    type: 'string',
    value: 'DURATION',
    describe:
      'How far back to read the log of the POD, such as 30s or 2h; 10m when not given, of a --capture all; needs get of pods/log',
  },
  {
    name: 'follow',
    type: 'boolean',
    describe: 'Go on reading, and print each kind of failure when it first comes',
  },
  {
    name: 'where',
    type: 'string',
    value: 'FIELD=VALUE',
    repeatable: true,
    describe:
      'Only requests with these values, several with commas: code=503, code=5xx, flags=UC, cluster=*reviews*; a * stands for any text',
  },
  {
    name: 'verify',
    type: 'boolean',
    describe: 'Also trace each logged request through the configuration and say which of them it predicts',
  },
  {
    name: 'all-namespaces',
    short: 'A',
    type: 'boolean',
    describe:
      'Also ask the proxies of all namespaces whether the same hosts fail for them; with --selector, those of these labels',
  },
  {
    name: 'clusters-file',
    type: 'string',
    once: true,
    value: 'FILE',
    holds: 'file',
    describe: 'A saved /clusters?format=json, for the health and the counters of hosts',
  },
  { name: 'failed', type: 'boolean', describe: 'Only what failed; the default' },
  {
    name: 'all',
    type: 'boolean',
    describe: 'Also list the clusters and routes of all requests, with success and duration',
  },
]

/** What lines of an access log mean, and why those requests failed. */
export const explain: Command = {
  name: 'explain',
  aliases: [],
  summary: 'Why requests failed: explains lines of an access log by the configuration that made them',
  description: `Explains lines of Envoy's access log: what failed, who ended it and how certain that is, the settings that govern it, and what to look
at next; a block for each kind of failure, the worst first. The format of the lines is taken from the access log that the proxy has
configured; without a proxy or dump the formats of Envoy, Istio, Envoy Gateway, Contour, Kuma, Consul, Gloo and Emissary are known.
Lines of anything else pass by and are counted.`,
  synopsis: '[POD | TYPE/NAME] [LINE]',
  examples: [
    { title: 'What does this mean?', command: "kubectl proxy-config explain '503 UC'" },
    {
      title: 'Every kind of failure in a log, by the dump of the proxy that wrote it',
      command: 'kubectl proxy-config explain --file dump.json --log access.log',
    },
    {
      title: 'What failed at a pod in the last half hour; --follow goes on',
      command: 'kubectl proxy-config explain deploy/web --since 30m',
    },
    {
      title: 'Does the host fail for every caller, or only for this one?',
      command: 'kubectl proxy-config explain deploy/web -A',
    },
    {
      title: 'From a pipe, a line for each kind',
      command: 'kubectl logs deploy/web -c istio-proxy | kubectl proxy-config explain --log - -o table',
    },
    {
      title: 'Only some of the requests',
      command: "kubectl proxy-config explain --log access.log --where 'code=5xx,cluster=*reviews*'",
    },
  ],
  options: [...targetOptions, ...explainOptions, ...fleetReadingOptions, ...outputOptions],
  positionals: { max: 2, kinds: ['target'] },
  formats: ['text'],
  defaultFormat: 'text',
  async load() {
    return (await import('./explain/show-explanation.ts')).showExplanation
  },
}
