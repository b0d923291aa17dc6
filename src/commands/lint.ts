import type { Command, Option } from '../contract/command.ts'
import { outputOptions } from '../contract/output-options.ts'
import { fleetTargetOptions } from '../contract/selection.ts'

async function ruleNames(): Promise<readonly string[]> {
  const { allRules } = await import('../lint/rules/index.ts')
  return allRules.map(({ id }) => id)
}

/** Flags that say which rules are asked and what fails. */
const lintOptions: readonly Option[] = [
  {
    name: 'config',
    type: 'string',
    once: true,
    value: 'FILE',
    holds: 'file',
    describe: 'YAML or JSON with exclusions, each with a reason, and with a date if it may expire',
  },
  {
    name: 'baseline',
    type: 'string',
    once: true,
    value: 'FILE',
    holds: 'file',
    describe: 'Leave out what lint -o json has written to this file before: only what is new is found',
  },
  {
    name: 'profile',
    type: 'string',
    value: 'PROFILES',
    repeatable: true,
    list: ['core', 'edge', 'strict', 'live', 'fleet', 'all'],
    describe: 'Profiles of rules, with commas between: core, edge, strict, live, fleet, all; core when not given',
  },
  {
    name: 'rule',
    type: 'string',
    value: 'RULES',
    repeatable: true,
    listed: ruleNames,
    describe: 'Ask these rules only, with commas between, whatever their profile',
  },
  {
    name: 'exclude',
    type: 'string',
    value: 'RULE[=GLOB]',
    repeatable: true,
    listed: ruleNames,
    describe: "Leave out what a rule finds, or what it finds in resources such as 'clusters/outbound*'",
  },
  {
    name: 'fail-on',
    type: 'string',
    value: 'SEVERITY',
    list: ['error', 'warning', 'info', 'never'],
    describe: 'Exit with 1 on findings of this severity or worse: error, warning, info, never; warning when not given',
  },
]

/** What is wrong, or will be, in what proxies have loaded. */
export const lint: Command = {
  name: 'lint',
  aliases: [],
  summary: 'What is wrong, or will be, in what proxies have loaded',
  description: `Checks what proxies have loaded against rules: references that lead nowhere, updates that were rejected, routes that can never match,
certificates that expire, checks that do not check. One cause is one finding, over all places and proxies; what nothing leads to is only
"info". Without a POD: the proxies of the namespace, or of all with -A.

"lint rules" lists the rules, "lint explain RULE" tells all of one. Profiles: core (nothing is found in a healthy mesh), edge (listeners
that face the outside), strict (opinions), live (health, counters, levels of loggers), fleet (several proxies beside each other, and beside the
EndpointSlices and the control plane of the cluster), all.

Exit codes: 0 nothing was found, 1 there are findings of the severity of --fail-on or worse, 2 a proxy or a file could not be read.`,
  synopsis: '[POD | TYPE/NAME]... | rules | explain RULE',
  examples: [
    { title: 'What is wrong in a pod', command: 'kubectl proxy-config lint productpage-v1-abc' },
    { title: 'In every proxy of the cluster, as lines of JSON', command: 'kubectl proxy-config lint -A -o jsonl' },
    {
      title: 'In a saved dump, also as an edge proxy',
      command: 'kubectl proxy-config lint --file dump.json --profile core,edge',
    },
    {
      title: 'Whether replicas, roots and endpoints of a namespace hold together',
      command: 'kubectl proxy-config lint -n shop --profile fleet',
    },
    { title: 'What a rule means', command: 'kubectl proxy-config lint explain route-to-missing-cluster' },
  ],
  options: [...fleetTargetOptions, ...lintOptions, ...outputOptions],
  formats: ['sarif', 'junit', 'github'],
  positionals: {
    max: Number.POSITIVE_INFINITY,
    kinds: ['target'],
    words: [
      { text: 'rules', describe: 'List the rules' },
      { text: 'explain', describe: 'Tell all of a rule', next: ruleNames },
    ],
  },
  failureCode: 2,
  async load() {
    return (await import('./lint/show-findings.ts')).showFindings
  },
}
