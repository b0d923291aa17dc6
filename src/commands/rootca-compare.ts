import type { Command } from '../contract/command.ts'
import { outputOptions } from '../contract/output-options.ts'
import { exitCode, UsageError } from '../errors.ts'
import { proxyName } from '../mesh/source.ts'
import { secrets } from '../resources/secrets.ts'
import { dumpOf } from './proxies/dump-of.ts'
import { eachProxy } from './proxies/each-proxy.ts'
import { openAll } from './proxies/open-all.ts'
import { requireSection } from './proxies/require-section.ts'
import { manyTargetOptions, savedProxies } from './proxies/saved-proxies.ts'

/** Whether proxies trust each other's certificates. */
export const rootcaCompare: Command = {
  name: 'rootca-compare',
  aliases: ['rc'],
  summary: 'Whether proxies trust each other, and why not',
  description: `Compares the roots and certificates that two or more proxies have loaded: whether each verifies the chain of the other, as
mutual TLS asks. Exits with 1 when some do not.`,
  synopsis: 'POD POD...',
  examples: [
    {
      title: 'Whether two pods can speak mutual TLS',
      command: 'kubectl proxy-config rootca-compare productpage-v1-abc.default reviews-v1-def.default',
    },
    {
      title: 'Every pod of a selector with every other',
      command: 'kubectl proxy-config rootca-compare -l app=reviews',
    },
    {
      title: 'From saved dumps',
      command: 'kubectl proxy-config rootca-compare --file here.json --file there.json',
    },
  ],
  options: [...manyTargetOptions, ...outputOptions],
  positionals: { most: Number.POSITIVE_INFINITY, are: ['target'] },
  async run(args, context) {
    const sources =
      (await savedProxies(args, context, rootcaCompare.name)) ??
      (await openAll(args, context, { command: rootcaCompare.name }))
    if (sources.length < 2) throw new UsageError('rootca-compare needs two proxies or more')
    const [{ meshIdentity }, { trustView }] = await Promise.all([
      import('../envoy/certificates/mesh-trust.ts'),
      import('../resources/trust-view.ts'),
    ])
    const { results, failures, code } = await eachProxy(sources, context, async (source) => {
      const dump = await dumpOf(source, secrets.path, context, ['secrets'])
      requireSection(secrets, dump, source.label)
      return { source, identity: meshIdentity(dump) }
    })
    const proxies = sources.map((source) => ({
      label: proxyName(source),
      identity: results.find((read) => read.source === source)?.identity,
      fault: failures.find((failure) => failure.source === source)?.error.message,
    }))
    const view = trustView(proxies, context.io.now())
    await context.render(view, args)
    return view.rows.every(({ cells }) => cells.includes(true)) ? code : exitCode.failed
  },
}
