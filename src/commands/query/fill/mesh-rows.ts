import { meshSync } from '../../../analyses/status/mesh-sync.ts'
import type { Args, Context } from '../../../contract/command.ts'
import { isOffline } from '../../../contract/selection.ts'
import { UsageError } from '../../../errors.ts'
import { lintFindings } from '../../../lint/analysis/lint-findings.ts'
import { checkProxy } from '../../../lint/run/check-proxy.ts'
import type { MeshProxy } from '../../../mesh/proxy.ts'
import type { Selection } from '../../../mesh/selection.ts'
import type { View } from '../../../view.ts'
import { readProxy } from '../../lint/read-proxy.ts'
import { statusOfMesh } from '../../status/status-mesh.ts'
import { ownStatusOf } from '../../status/status-own.ts'

/** The proxies that are asked about, and how they were chosen. */
export interface Chosen {
  readonly selection: Selection
  readonly proxies: readonly MeshProxy[]
}

/** What lint finds in one proxy, before findings with one cause become one. */
export type CheckedProxy = Awaited<ReturnType<typeof checkedProxy>>

/** What lint is asked of proxies: the rules that are asked without flags. */
type LintOptions = ReturnType<typeof lintFindings.options>

/** Reads a proxy and asks the rules of lint. */
export async function checkedProxy(proxy: MeshProxy, { rules }: LintOptions, context: Context) {
  return { proxy: proxy.id.name, ...checkProxy(rules, await readProxy(proxy, context)) }
}

/** Findings of lint, a row for each proxy that has one. */
export function findingsView(checked: readonly CheckedProxy[], options: LintOptions): View {
  const answer = lintFindings.reduce(
    { proxies: checked, fleet: { found: [], silent: [] }, exclusions: [], many: true },
    options,
  )
  const view = lintFindings.view(answer, options)
  const found = view.rows.flatMap((row, at) => {
    const finding = answer.findings[at]
    return (finding?.proxies ?? []).map((proxy) => ({ row: { ...row, proxy }, finding }))
  })
  return { ...view, rows: found.map(({ row }) => row), rowItems: async () => found.map(({ finding }) => finding) }
}

/**
 * Whether the proxies have what their control plane sent, a row each.
 * @throws UsageError with --contexts: a status is asked of one mesh
 */
export async function statusView({ selection, proxies }: Chosen, args: Args, context: Context): Promise<View> {
  if ('contexts' in selection)
    throw new UsageError('the table status is of one cluster: it does not go with --contexts')
  const mesh = isOffline(args)
    ? await ownStatusOf(proxies, context, ({ id }) => id.name)
    : await statusOfMesh(args, context)
  const names = selection.from === 'scope' || isOffline(args) ? undefined : new Set(proxies.map(({ id }) => id.name))
  const options = meshSync.options(args)
  return meshSync.view(meshSync.reduce({ ...mesh, ...(names === undefined ? {} : { names }) }, options), options)
}
