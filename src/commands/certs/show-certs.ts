import type { Args, Context } from '../../contract/command.ts'
import { selectionOf } from '../../contract/selection.ts'
import { exitCode, UsageError } from '../../errors.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { isMany } from '../../mesh/selection.ts'
import { expiringView, isExpired } from '../../resources/expiring-view.ts'
import { resourceView } from '../../resources/resource-view.ts'
import { secrets } from '../../resources/secrets.ts'
import type { View } from '../../view.ts'
import { dumpOf } from '../proxies/dump-of.ts'
import { eachProxy } from '../proxies/each-proxy.ts'
import { joinViews } from '../proxies/join-views.ts'
import { readBeside } from '../proxies/read-beside.ts'

/** The certificates of many proxies, what expires first on top. */
export async function showCerts(args: Args, context: Context): Promise<number> {
  const within = milliseconds(args.string('within'))
  const now = context.io.now()
  const selection = selectionOf(args, { command: 'certs', every: true, eachDump: true, orScope: true })
  const proxies = await context.open(selection, { about: secrets.path })
  const { results, code } = await eachProxy(proxies, context, (proxy) => viewOf(proxy, context))
  const view = expiringView(joinViews(results, isMany(selection, proxies.length)), { now, within })
  await context.render(view)
  const due = within === undefined ? view.rows.filter(({ cells }) => isExpired(view, cells, now)) : view.rows
  return args.boolean('exit-code') === true && due.length > 0 ? exitCode.failed : code
}

async function viewOf(proxy: MeshProxy, context: Context): Promise<{ proxy: string; view: View }> {
  const { label } = proxy
  const late: string[] = []
  const [dump, auxiliaryPage] = await Promise.all([
    dumpOf(proxy, secrets.path, context, ['secrets']),
    readBeside(proxy, 'certs', { ...context, note: (line) => void late.push(line) }),
  ])
  // Of a proxy that cannot be read at all, only that is said.
  late.forEach(context.note)
  return {
    proxy: proxy.id.name,
    view: resourceView(secrets, dump, { wanted: {}, label, now: context.io.now(), auxiliaryPage }),
  }
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** `24h`, `30d`, `1d12h`. @throws UsageError for anything else */
function milliseconds(duration: string | undefined): number | undefined {
  if (duration === undefined) return undefined
  if (!/^(?:\d+[smhdw])+$/.test(duration)) {
    throw new UsageError(`--within needs a duration such as 24h or 30d, got ${JSON.stringify(duration)}`)
  }
  return [...duration.matchAll(/(\d+)([smhdw])/g)].reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (units[unit] ?? 0),
    0,
  )
}
