import type { Args, Context } from '../../contract/command.ts'
import { AppError, exitCode, UsageError } from '../../errors.ts'
import { ztunnelKinds } from '../../ztunnel/index.ts'
import { kindView } from '../../ztunnel/kind-view.ts'
import { onlyProxy, ztunnelsOf } from './selected-ztunnels.ts'
import { ztunnelDump, ztunnelFilters } from './ztunnel-dump.ts'
import { requireFlagsOf } from './ztunnel-options.ts'
import { ztunnelWords } from './ztunnel-words.ts'

/** What a ztunnel has loaded, or its log levels. */
export async function showZtunnel(args: Args, context: Context): Promise<number> {
  const [wanted] = args.positionals
  const known = ztunnelWords.find(({ name, aliases }) => name === wanted || aliases.includes(wanted ?? ''))
  if (known !== undefined) requireFlagsOf(known.name, args)
  if (known?.name === 'log') {
    const { ztunnelLog } = await import('./ztunnel-log.ts')
    return ztunnelLog(args, context)
  }
  if (known?.name === 'all') {
    const { ztunnelAll } = await import('./ztunnel-all.ts')
    return ztunnelAll(args, context)
  }
  const kind = ztunnelKinds.find(({ name }) => name === known?.name)
  if (kind === undefined) {
    const names = ztunnelWords.map(({ name }) => name).join(', ')
    throw new UsageError(
      wanted === undefined ? `ztunnel needs a KIND: ${names}` : `unknown kind ${JSON.stringify(wanted)}: ${names}`,
    )
  }
  const found = await ztunnelsOf(args, context)
  const proxy = kind.ofOneNode ? onlyProxy(found) : found.proxies[0]
  const dump = await ztunnelDump(proxy, context)
  if (!dump.present.includes(kind.section)) {
    throw new AppError(`${proxy.label} has no ${kind.section} section; it holds: ${dump.present.join(', ')}`, {
      hint: 'Newer versions of ztunnel have it in their /config_dump.',
    })
  }
  const filters = ztunnelFilters(args, found.workload)
  await context.render(kindView(kind, { dump, filters, now: context.io.now(), label: proxy.label }))
  return exitCode.ok
}
