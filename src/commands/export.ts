import type { Command } from '../contract/command.ts'
import { findingsProfileOption } from '../contract/findings-profile-option.ts'
import { formatsOfBytes, outputOptions } from '../contract/output-options.ts'
import { fleetTargetOptions } from '../contract/selection.ts'

/** A folder of Parquet files for engines of more than one machine. */
export const exportRows: Command = {
  name: 'export',
  aliases: [],
  summary: 'Add what proxies have loaded to a folder of Parquet files, for DuckDB, Spark and Trino',
  description: `Adds the tables of query to a folder that engines read as one table, partitioned by kind, Kubernetes cluster and date:
kind=clusters/kubeCluster=east/date=2026-01-31/part-....parquet. Files that are there stay as they are: each run adds to the others, and rows
that are there already are not added again.
Secrets are hidden as everywhere. Without a POD: the proxies of the namespace, or of all with -A. docs/at-scale.md shows a CronJob.`,
  synopsis: '--dir DIR [POD | TYPE/NAME]...',
  examples: [
    {
      title: 'Everything of a mesh, for DuckDB',
      command: 'kubectl proxy-config export -A --dir mesh --cluster-name east',
    },
    { title: 'What a capture holds', command: 'kubectl proxy-config export --capture mesh.zip -A --dir mesh' },
  ],
  options: [
    { name: 'dir', type: 'string', value: 'DIR', holds: 'file', describe: 'Folder that the files are added to' },
    {
      name: 'cluster-name',
      type: 'string',
      value: 'NAME',
      describe:
        'What the Kubernetes cluster is called in the folder; else the context of --contexts, else what Istio calls it',
    },
    findingsProfileOption,
    ...fleetTargetOptions,
    ...outputOptions.filter(({ name }) => name !== 'show-secrets'),
  ],
  withoutFormats: formatsOfBytes,
  positionals: { max: Number.POSITIVE_INFINITY, kinds: ['target'] },
  async load() {
    return (await import('./export/run-export.ts')).runExport
  },
}
