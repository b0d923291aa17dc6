import { meshSchema } from '../../../analyses/status/schemas.ts'
import { findingsSchema } from '../../../lint/view/schemas.ts'
import { assignedEndpoints } from '../../../resources/endpoints.ts'
import { resourceKinds } from '../../../resources/index.ts'
import type { AnyResourceKind } from '../../../resources/resource-kind.ts'
import { viewColumns } from '../../../resources/resource-table.ts'
import type { Reads } from '../../../sql/protocol.ts'
import { proxiesTable, proxyColumns, resourceColumn, type SqlColumn, type SqlTable } from '../../../sql/table.ts'
import type { ViewColumn } from '../../../view.ts'

/** A column as it is shown to whoever asks for the schema. */
export interface DescribedColumn extends SqlColumn {
  readonly describe: string
}

export interface DescribedTable extends SqlTable {
  readonly describe: string
  readonly columns: readonly DescribedColumn[]
}

/** The tables that are no kind of resource. */
export const findingsTable = 'findings'
export const statusTable = 'status'

const proxy: DescribedColumn = {
  name: 'proxy',
  type: 'TEXT',
  describe: 'Whose row it is: POD.NAMESPACE, with --contexts CONTEXT/POD.NAMESPACE, or the file',
}

const descriptions = {
  kubeCluster: 'Kubernetes cluster: the context of --contexts, else what Istio calls it in the node of the proxy',
  namespace: 'Namespace of the pod',
  pod: 'Name of the pod',
  capturedAt: 'When it was read; of a saved dump the last time that is known of it',
} as const

const identity: readonly DescribedColumn[] = [
  proxy,
  ...proxyColumns.map((name) => ({ name, type: 'TEXT', describe: descriptions[name] }) as const),
]

function text(name: string, describe: string): DescribedColumn {
  return { name, type: 'TEXT', describe }
}

const resource = text(resourceColumn, 'What the row comes from, as -o json prints it: JSON')

/** A row for each proxy, from its pod and its bootstrap. */
const proxies: DescribedTable = {
  name: proxiesTable,
  describe: 'Proxies: a row for each that was read',
  columns: [
    ...identity,
    text('node', 'Node that the pod runs on'),
    text('labels', 'Labels of the pod: JSON'),
    text('envoyVersion', 'Envoy Version'),
    text('istioVersion', 'Istio Version'),
    text('nodeId', 'Node ID'),
    text('nodeCluster', 'Node Cluster'),
    text('locality', 'Locality'),
    text(resourceColumn, 'The node as which the proxy introduces itself to its control plane: JSON'),
  ],
  keys: [],
}

/** Besides what every table has: where a kind has such a column itself, it is that one. */
function described(name: string, describe: string, own: readonly ViewColumn[], keys: SqlTable['keys']): DescribedTable {
  const columns = [
    ...identity,
    text('resourceName', 'Name of the resource: the key "resource" of -o jsonl'),
    ...own.map(columnOf),
    resource,
  ]
  return { name, describe, columns: [...new Map(columns.map((column) => [column.name, column])).values()], keys }
}

function columnOf({ key, header, types = [] }: ViewColumn): DescribedColumn {
  const [only, second] = types
  const type = only === undefined || second !== undefined || only === 'string' ? 'TEXT' : undefined
  return { name: key, type: type ?? (only === 'boolean' ? 'BOOLEAN' : 'NUMERIC'), describe: header }
}

/** What joins compare, besides the name. */
const joined: Readonly<Record<string, readonly string[]>> = {
  endpoints: ['cluster'],
  eds: ['cluster'],
  routes: ['destination'],
}

function ofKind(kind: AnyResourceKind): DescribedTable {
  const own = kind.entries === 'clusterStatuses' ? [kind, assignedEndpoints] : [kind]
  const names = ['resourceName', ...(joined[kind.name] ?? [])]
  return described(
    kind.name,
    kind.title,
    own.flatMap(viewColumns),
    names.map((name) => [name, 'proxy']),
  )
}

/** THE list of tables. */
export const tables: readonly DescribedTable[] = [
  proxies,
  ...resourceKinds.map(ofKind),
  described(findingsTable, 'Findings of lint: a row for each proxy that has one', findingsSchema.columns.flat(), [
    ['proxy'],
  ]),
  described(statusTable, 'Whether a proxy has what its control plane sent', meshSchema.columns.flat(), [['proxy']]),
]

/** Every column of every table. */
export const everything: Reads = Object.fromEntries(
  tables.map(({ name, columns }) => [name, columns.map((column) => column.name)]),
)
