import { nodeOf } from '../../../envoy/dump/bootstrap-node.ts'
import type { ConfigDump } from '../../../envoy/dump/config-dump.ts'
import { objectOf, stringOf } from '../../../envoy/json.ts'
import { sections } from '../../../envoy/kinds.ts'
import { bootstrapFacts } from '../../../envoy/model/bootstrap.ts'
import { toCamelCase } from '../../../envoy/proto-json/proto-json.ts'
import { redact } from '../../../envoy/redaction/redact.ts'
import type { MeshProxy } from '../../../mesh/proxy.ts'
import type { SqlTable, SqlValue } from '../../../sql/table.ts'
import { type AddRows, jsonText, RowBatch } from './rows.ts'

/** What is known of a proxy, by the columns of the table of proxies. */
type Identity = Readonly<Record<string, SqlValue | undefined>>

/**
 * Adds the row of a proxy. Of a saved dump, pod and namespace are those that Istio's node has; where nothing tells they stay empty.
 * @param dump what was read of it; its bootstrap may be absent
 * @param capturedAt when it was read, where that is known and asked for
 */
export function addProxy(
  table: SqlTable,
  {
    proxy,
    dump,
    capturedAt,
  }: { readonly proxy: MeshProxy; readonly dump: ConfigDump; readonly capturedAt: Date | undefined },
  add: AddRows,
): void {
  const identity = redact(identityOf(proxy, dump, capturedAt), { showCredentials: false })
  const { type } = sections.bootstrap
  const [entry] = dump.entries('bootstrap')
  const bootstrap =
    entry === undefined ? {} : objectOf(redact(toCamelCase(entry.resource, type), { showCredentials: false }))
  const out = new RowBatch(table, add)
  const columns = table.columns.map(({ name }) => name).filter((name) => name !== 'resource')
  out.row(
    columns.map((name) => identity[name] || null),
    bootstrap.node === undefined ? undefined : jsonText(bootstrap.node),
  )
  out.flush()
}

function identityOf({ id }: MeshProxy, dump: ConfigDump, capturedAt: Date | undefined): Identity {
  const { pod, context, name } = id
  const [entry] = dump.entries('bootstrap')
  const facts = new Map(entry === undefined ? [] : bootstrapFacts(entry.resource))
  const metadata = objectOf(nodeOf(dump).metadata)
  return {
    proxy: name,
    kubeCluster: context ?? stringOf(metadata.CLUSTER_ID),
    namespace: pod?.namespace ?? stringOf(metadata.NAMESPACE),
    pod: pod?.name ?? stringOf(metadata.NAME),
    capturedAt: capturedAt?.toISOString(),
    node: pod?.node,
    labels: pod === undefined ? undefined : jsonText(redact(pod.labels, { showCredentials: false })),
    envoyVersion: facts.get('Envoy Version'),
    istioVersion: facts.get('Istio Version'),
    nodeId: facts.get('Node ID'),
    nodeCluster: facts.get('Node Cluster'),
    locality: facts.get('Locality'),
  }
}
