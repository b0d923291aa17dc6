import type { Args, Context } from '../../contract/command.ts'
import { selectionOf } from '../../contract/selection.ts'
import { meshIdentity } from '../../envoy/certificates/mesh-trust.ts'
import { exitCode, UsageError } from '../../errors.ts'
import { secrets } from '../../resources/secrets.ts'
import { trustView } from '../../resources/trust-view.ts'
import { dumpOf } from '../proxies/dump-of.ts'
import { eachProxy } from '../proxies/each-proxy.ts'
import { requireSection } from '../proxies/require-section.ts'

/** Whether each two proxies trust each other. @returns exit code 1 when some do not */
export async function compareRoots(args: Args, context: Context): Promise<number> {
  const selection = selectionOf(args, { command: 'rootca-compare', every: true, eachDump: true })
  const proxies = await context.open(selection, { about: secrets.path })
  if (proxies.length < 2) throw new UsageError('rootca-compare needs two proxies or more')
  const { results, failures, code } = await eachProxy(proxies, context, async (proxy) => {
    const dump = await dumpOf(proxy, secrets.path, context, ['secrets'])
    requireSection(secrets, dump, proxy.label)
    return { proxy, identity: meshIdentity(dump) }
  })
  const compared = proxies.map((proxy) => ({
    label: proxy.id.name,
    identity: results.find((read) => read.proxy === proxy)?.identity,
    fault: failures.find((failure) => failure.proxy === proxy)?.error.message,
  }))
  const view = trustView(compared, context.io.now())
  await context.render(view)
  return view.rows.every(({ cells }) => cells.includes(true)) ? code : exitCode.failed
}
