import { type GatheredMesh, meshSync } from '../../../analyses/status/mesh-sync.ts'
import type { ProxyStatus } from '../../../analyses/status/proxy-status.ts'
import type { Args, Context } from '../../../contract/command.ts'
import { isOffline } from '../../../contract/selection.ts'
import { AppError, UsageError } from '../../../errors.ts'
import { lintFindings } from '../../../lint/analysis/lint-findings.ts'
import { checkProxy } from '../../../lint/run/check-proxy.ts'
import { profilesOf } from '../../../lint/run/wanted-rules.ts'
import { silenceNotes } from '../../../lint/view/notes.ts'
import { atMost } from '../../../mesh/at-most.ts'
import type { MeshProxy } from '../../../mesh/proxy.ts'
import type { Selection } from '../../../mesh/selection.ts'
import type { View } from '../../../view.ts'
import { readProxy } from '../../lint/read-proxy.ts'
import { ownAccount } from '../../status/own-account.ts'
import { statusOfContexts } from '../../status/status-contexts.ts'
import { statusOfMesh } from '../../status/status-mesh.ts'

/** The proxies that are asked about, and how they were chosen. */
export interface Chosen {
  readonly selection: Selection
  readonly proxies: readonly MeshProxy[]
}

/** What lint finds in one proxy, before findings with one cause become one. */
export type CheckedProxy = Awaited<ReturnType<typeof checkedProxy>>

/** What lint is asked of proxies. */
type LintOptions = ReturnType<typeof lintFindings.options>

/** The rules of `--profile`. @throws UsageError for a profile that is not, or that compares proxies */
export function lintOptions(args: Args): LintOptions {
  const options = lintFindings.options(args)
  if (profilesOf(args.strings('profile').filter((value) => value.trim() !== 'all')).includes('fleet'))
    throw new UsageError('the table findings is of one proxy at a time, and the profile fleet compares proxies', {
      hint: 'kubectl proxy-config lint --profile fleet',
    })
  return options
}

/** Reads a proxy and asks the rules of lint. */
export async function checkedProxy(proxy: MeshProxy, { rules }: LintOptions, context: Context) {
  return { proxy: proxy.id.name, ...checkProxy(rules, await readProxy(proxy, context, rules)) }
}

/** Findings of lint, a row for each proxy that has one, and as notes the rules that were not decided. */
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
  const notes = silenceNotes(checked)
  return {
    ...view,
    notes,
    rows: found.map(({ row }) => row),
    rowItems: async () => found.map(({ finding }) => finding),
  }
}

/** What saved proxies say of themselves. One that lacks what that takes hides no other. @throws the first error when all do */
async function ownAccounts(proxies: readonly MeshProxy[], context: Context): Promise<ProxyStatus[]> {
  const errors: AppError[] = []
  const accounts = await atMost(1, proxies, async (proxy) => {
    try {
      return await ownAccount(proxy, proxy.id.name, context)
    } catch (error) {
      if (!(error instanceof AppError) || context.io.signal.aborted) throw error
      errors.push(error)
      return undefined
    }
  })
  const [first] = errors
  if (first !== undefined && errors.length === proxies.length) throw first
  for (const { message } of errors) context.incomplete(`error: ${message}`)
  return accounts.filter((account) => account !== undefined)
}

/** What saved proxies say of themselves, or what the control planes of the cluster or of each context say. */
async function statusesOf({ selection, proxies }: Chosen, args: Args, context: Context): Promise<GatheredMesh> {
  if (isOffline(args)) return { proxies: await ownAccounts(proxies, context), complete: true }
  const contexts = 'contexts' in selection ? selection.contexts : undefined
  return contexts === undefined ? statusOfMesh(args, context) : statusOfContexts(contexts, args, context)
}

/**
 * Whether the proxies have what their control plane sent, a row each. A context whose control planes cannot be asked hides no other.
 * @throws AppError when none can be asked
 */
export async function statusView({ selection, proxies }: Chosen, args: Args, context: Context): Promise<View> {
  const mesh = await statusesOf({ selection, proxies }, args, context)
  const names = selection.from === 'scope' || isOffline(args) ? undefined : new Set(proxies.map(({ id }) => id.name))
  const options = meshSync.options(args)
  return meshSync.view(meshSync.reduce({ ...mesh, ...(names === undefined ? {} : { names }) }, options), options)
}
