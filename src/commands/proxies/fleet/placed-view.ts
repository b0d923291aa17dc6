import type { Context } from '../../../contract/command.ts'
import type { MeshProxy } from '../../../mesh/proxy.ts'
import type { View, ViewColumn } from '../../../view.ts'
import { readWhen } from './read-when.ts'

/** What is known of whose rows they are, besides the name. */
const placeColumns: readonly ViewColumn[] = [
  { header: 'KUBE CLUSTER', key: 'kubeCluster', wide: true },
  { header: 'NAMESPACE', key: 'namespace', wide: true },
  { header: 'POD', key: 'pod', wide: true },
  { header: 'CAPTURED AT', key: 'capturedAt', wide: true },
]

/**
 * The rows of a proxy with its context, namespace and pod in front, and when they were read: what is kept for later is asked by these.
 * Of a file they stay empty.
 */
export async function placedView(view: View, proxy: MeshProxy, { io }: Pick<Context, 'io'>): Promise<View> {
  const { context, pod } = proxy.id
  const place = [context, pod?.namespace, pod?.name, (await readWhen(proxy, io))?.toISOString()]
  return {
    ...view,
    columns: [...placeColumns, ...view.columns],
    rows: view.rows.map((row) => ({ ...row, cells: [...place, ...row.cells] })),
  }
}
