import { expiringCertificates } from '../../analyses/certificates/expiring-certificates.ts'
import { meshSync } from '../../analyses/status/mesh-sync.ts'
import type { Args, Context } from '../../contract/command.ts'
import { isOffline } from '../../contract/selection.ts'
import { AppError } from '../../errors.ts'
import { lintFindings } from '../../lint/analysis/lint-findings.ts'
import { fleetRules } from '../../lint/rules/fleet-rules.ts'
import type { CheckedFleet } from '../../lint/run/check-fleet.ts'
import type { MeshTable, StoredTable } from '../../page/format.ts'
import { type Chosen, statusView } from '../query/fill/mesh-rows.ts'
import { controlPlanes } from '../status/control-planes.ts'
import { certificateOptions, type Packing, type ReadForPage } from './packed-proxy.ts'
import { type Redact, storedTable } from './stored-table.ts'

/** What was kept of each proxy that is in the page, in the order of the page. */
export type Kept = Pick<ReadForPage, 'checked' | 'facts' | 'certificates' | 'status'>

interface Gathered {
  readonly kept: readonly Kept[]
  readonly chosen: Chosen
  readonly packing: Packing
  /** Nobody but the proxies is asked whether they are in sync. */
  readonly asksNobody: boolean
}

/** The tables of all proxies together, and what must be said of one that could not be made. */
export async function meshTables(
  { kept, chosen, packing, asksNobody }: Gathered,
  args: Args,
  context: Context,
): Promise<{ tables: Partial<Record<MeshTable, StoredTable>>; notes: readonly string[] }> {
  const { lint, redact } = packing
  const made = {
    findings: findingsTable({ proxies: kept.map(({ checked }) => checked), fleet: nothingFound }, lint, redact),
    ...(await fleetTable(kept, packing)),
    certificates: certificatesTable(kept, context.io.now(), redact),
  }
  try {
    const own = asksNobody || isOffline(args) || (packing.ownStatus && (await isWithoutIstiod(args, context)))
    const status = own ? ownStatusView(kept, args) : await statusView(chosen, args, context)
    return { tables: { ...made, status: storedTable(status, redact) }, notes: [] }
  } catch (error) {
    if (!(error instanceof AppError) || context.io.signal.aborted) throw error
    const note = `Whether the proxies are in sync is not in the page: ${error.message}`
    context.note(note)
    return { tables: made, notes: [String(redact(note))] }
  }
}

/** Whether a capture holds nothing that a control plane said of its proxies. */
async function isWithoutIstiod(args: Args, context: Context): Promise<boolean> {
  if (args.string('contexts') !== undefined) return false
  const { istiods } = await controlPlanes(args, context, await context.cluster())
  return istiods.length === 0
}

function ownStatusView(kept: readonly Kept[], args: Args) {
  const proxies = kept.flatMap(({ status }) => status ?? [])
  const options = meshSync.options(args)
  return meshSync.view(meshSync.reduce({ proxies, complete: true }, options), options)
}

const nothingFound: CheckedFleet = { found: [], silent: [] }

/** What rules of several proxies find; none where what was read decides none of them. */
async function fleetTable(
  kept: readonly Kept[],
  { fleet, redact }: Packing,
): Promise<{ readonly fleet?: StoredTable }> {
  if (fleet === undefined) return {}
  const checked = await fleet.answer(kept.flatMap(({ facts }) => facts ?? []))
  if (checked.found.length === 0 && fleetRules.every(({ id }) => checked.silent.some(({ rule }) => rule === id)))
    return {}
  const proxies = kept.map(({ checked: { proxy } }) => ({ proxy, findings: [], silent: [] }))
  const options = { rules: [], fleetRules, exclusions: [], failOn: 'never' } as const
  return { fleet: findingsTable({ proxies, fleet: checked }, options, redact) }
}

/** Findings of lint, those with one cause folded. @param proxies those of the page, in its order */
function findingsTable(
  { proxies, fleet }: { readonly proxies: readonly Kept['checked'][]; readonly fleet: CheckedFleet },
  options: Packing['lint'],
  redact: Redact,
): StoredTable {
  const answer = lintFindings.reduce({ proxies, fleet, exclusions: [], many: true }, options)
  const view = lintFindings.view(answer, options)
  const places = new Map(proxies.map(({ proxy }, at) => [proxy, at]))
  // The proxies of a row are places in the page.
  const hidden = view.columns.findIndex(({ key }) => key === 'proxyNames')
  const shown = <T>(list: readonly T[]) => list.filter((_, at) => at !== hidden)
  return storedTable(
    {
      ...view,
      columns: shown(view.columns),
      rows: view.rows.map((row) => ({ ...row, cells: shown(row.cells) })),
    },
    redact,
    (row) => (answer.findings[row]?.proxies ?? []).flatMap((name) => places.get(name) ?? []),
  )
}

/** Certificates, what expires first on top; one that several proxies have stands once. */
function certificatesTable(kept: readonly Kept[], now: Date, redact: Redact): StoredTable {
  const options = certificateOptions(now)
  const read = kept.flatMap(({ certificates }, at) =>
    certificates === undefined ? [] : [{ name: String(at), facts: certificates }],
  )
  const answer = expiringCertificates.reduce(read, options)
  const rows = new Map<string, { row: (typeof answer.certificates)[number]; proxies: Set<number> }>()
  for (const row of answer.certificates) {
    const key = JSON.stringify(row.cells)
    const known = rows.get(key) ?? { row, proxies: new Set() }
    known.proxies.add(Number(row.proxy))
    rows.set(key, known)
  }
  const folded = [...rows.values()]
  return storedTable(
    {
      columns: expiringCertificates.columns?.(answer) ?? expiringCertificates.schema.columns.flat(),
      rows: folded.map(({ row }) => row),
      empty: expiringCertificates.empty(options),
      notes: [],
    },
    redact,
    (at) => [...(folded[at]?.proxies ?? [])],
  )
}
