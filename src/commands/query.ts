import type { Command } from '../contract/command.ts'
import { findingsProfileOption } from '../contract/findings-profile-option.ts'
import { outputOptions } from '../contract/output-options.ts'
import { fleetTargetOptions } from '../contract/selection.ts'

/** SQL over what proxies have loaded. */
export const query: Command = {
  name: 'query',
  aliases: ['sql'],
  summary: 'SQL over what proxies have loaded: any question that no command answers',
  description: `Answers a SELECT of SQLite over the proxies that are named: a table per kind of resource, with the keys of -o jsonl as columns and the
resource itself as JSON (resource ->> '$.connectTimeout'), and the tables proxies, findings (of lint) and status. Without a POD: the proxies
of the namespace, or of all with -A. Secrets are hidden as everywhere.

Only what the statement names is read. Only statements that read are run; one that takes longer than --timeout, or 1 GiB of memory besides
the rows, is ended. --db keeps every table in a file, which can then be asked without a cluster.

".tables" lists the tables, ".schema TABLE" the columns of one, --examples shows statements to begin from.`,
  synopsis: "'SELECT ...' [POD | TYPE/NAME]... | .tables | .schema TABLE",
  examples: [
    {
      title: 'Which proxies have which version of Envoy?',
      command: "kubectl proxy-config query -A 'SELECT envoyVersion, count(*) FROM proxies GROUP BY 1'",
    },
    {
      title: 'Clusters with a short connect timeout, in a capture',
      command: `kubectl proxy-config query --capture mesh.zip -A "SELECT proxy, resourceName FROM clusters WHERE resource ->> '$.connectTimeout' = '1s'"`,
    },
    { title: 'Keep a mesh, and ask it later', command: 'kubectl proxy-config query -A --db mesh.db' },
    { title: 'Ask what was kept', command: "kubectl proxy-config query --db mesh.db 'SELECT * FROM findings'" },
    { title: 'Statements to begin from', command: 'kubectl proxy-config query --examples' },
  ],
  options: [
    ...fleetTargetOptions,
    {
      name: 'db',
      type: 'string',
      once: true,
      value: 'FILE',
      holds: 'file',
      describe: 'Keep every table in this file; without a selection, ask what was kept there',
    },
    {
      name: 'timeout',
      type: 'string',
      value: 'DURATION',
      default: '1m',
      describe: 'End a statement that takes longer; reading proxies is not counted',
    },
    findingsProfileOption,
    { name: 'examples', type: 'boolean', describe: 'Show statements that answer common questions' },
    ...outputOptions.filter(({ name }) => name !== 'show-secrets'),
  ],
  firstArguments: async () => [
    { text: '.tables', describe: 'The tables' },
    {
      text: '.schema',
      describe: 'The columns of a table',
      next: { words: (await import('./query/schema/tables.ts')).tables.map(({ name }) => name) },
    },
  ],
  positionals: { max: Number.POSITIVE_INFINITY, kinds: ['target'] },
  async load() {
    return (await import('./query/show-query.ts')).showQuery
  },
}
