import type { TracedRequest } from '../analyses/trace/report/trace-view.ts'
import type { Args, Command, Context } from '../contract/command.ts'
import { outputOptions } from '../contract/output-options.ts'
import { targetOptions } from '../contract/target-options.ts'
import type { ConfigDump } from '../envoy/dump/config-dump.ts'
import { exitCode, UsageError } from '../errors.ts'
import { proxyName } from '../mesh/source.ts'
import { dumpOf } from './proxies/dump-of.ts'
import { tokenOf } from './token/token-options.ts'
import { questionOf, refuseIdleFlags, requestOptions } from './trace/trace-options.ts'

/** What the hosts that a proxy knows are read from. */
const urlSections = 'config_dump?mask=static_listeners,dynamic_listeners,static_route_configs,dynamic_route_configs'

/** Where a request goes and why: Istio's whole debugging walk in one command. */
export const trace: Command = {
  name: 'trace',
  aliases: ['t'],
  summary: 'Where a request goes, and why: listener, filter chain, route, cluster, endpoint',
  description: `Follows a request through the configuration that the proxy has loaded: listener, filter chain, route, cluster, endpoint, with the reason
for each, the object of Istio or the Gateway API behind it, the outcome as Envoy would report it, and what to do next when it
fails. Where chance decides, every alternative is shown with its odds. Nothing is sent.`,
  synopsis: '[POD | TYPE/NAME] URL',
  examples: [
    {
      title: 'Where does this request go, and why?',
      command: 'kubectl proxy-config trace productpage-v1-abc http://reviews:9080/reviews/1 -H end-user=jason',
    },
    {
      title: 'A connection with TLS through a gateway, from a saved dump',
      command: 'kubectl proxy-config trace --file dump.json https://bookinfo.example.com/ --explain',
    },
    {
      title: 'On through the proxy of the destination',
      command: 'kubectl proxy-config trace deploy/productpage http://reviews:9080/ --follow',
    },
    {
      title: 'Routing unit tests: exit 1 when one fails',
      command: 'kubectl proxy-config trace --file dump.json --requests cases.yaml --coverage --fail-under 80',
    },
    { title: 'A drawing', command: 'kubectl proxy-config trace deploy/productpage http://reviews:9080/ -o mermaid' },
  ],
  options: [
    ...targetOptions,
    ...requestOptions,
    {
      name: 'clusters-file',
      type: 'string',
      value: 'FILE',
      holds: 'file',
      describe: 'A saved /clusters?format=json, for the health of endpoints',
    },
    { name: 'explain', type: 'boolean', describe: 'Also show what was considered and why it lost' },
    { name: 'follow', type: 'boolean', describe: "Go on inside the destination pod's proxy" },
    {
      name: 'requests',
      type: 'string',
      value: 'FILE',
      holds: 'file',
      describe:
        "Trace every request of a file and check what it expects: cases, Envoy's router check format, or JSON lines",
    },
    {
      name: 'route-configuration',
      type: 'string',
      value: 'NAME',
      describe: 'With --requests in the router check format: the route configuration to check',
    },
    {
      name: 'exit-code',
      type: 'boolean',
      describe:
        'Exit with 1 unless the request goes upstream, is redirected or answered with a status below 400, whatever chance decides',
    },
    { name: 'coverage', type: 'boolean', describe: 'With --requests: say how many of the loaded routes were taken' },
    {
      name: 'fail-under',
      type: 'number',
      value: 'PERCENT',
      describe: 'With --requests: exit 1 when fewer of the routes were taken',
    },
    ...outputOptions,
  ],
  positionals: { most: 2, are: ['target', 'url'] },
  async urls(source, signal) {
    const { knownUrls } = await import('../analyses/trace/request/known-urls.ts')
    return knownUrls(await dumpOf(source, urlSections, { io: { signal }, incomplete: () => undefined }))
  },
  formats: ['mermaid', 'dot'],
  async run(args, context) {
    refuseIdleFlags(args)
    const [{ readProxy, requireListeners }, { checkSourceLabels, oneSource, targetAndUrl }] = await Promise.all([
      import('./trace/traced-proxy.ts'),
      import('./trace/traced-source.ts'),
    ])
    const { target, url } = targetAndUrl(args)
    const source = await oneSource(target, args, context)
    const proxy = await readProxy(source, args, context)
    checkSourceLabels(proxy.dump, args, context)
    const requests = args.string('requests')
    if (requests !== undefined) {
      const { traceRequests } = await import('./trace/trace-requests.ts')
      return traceRequests(requests, proxy, args, context)
    }
    const [{ questionResolver }, { entersMesh }, { trace: follow }, { traceView }, { succeeds }] = await Promise.all([
      import('./trace/trace-question.ts'),
      import('../analyses/trace/walk/follow.ts'),
      import('../analyses/trace/walk/trace.ts'),
      import('../analyses/trace/report/trace-view.ts'),
      import('../analyses/trace/report/succeeds.ts'),
    ])
    requireListeners(proxy)
    const question = { ...questionOf(url, args), token: await tokenOf(args) }
    const explain = args.boolean('explain') === true
    const { request, notes } = await questionResolver(proxy.dump, args, context)(question)
    const traced = {
      label: proxyName(source),
      request,
      trace: follow({ ...proxy, request, explain, now: context.io.now() }),
    }
    const next = args.boolean('follow') === true ? await followed(traced, proxy.dump, args, context) : []
    await context.render(traceView([traced, ...next], explain, [...proxy.dump.notes, ...notes]), args)
    if (isForReading(args, context) && entersMesh(traced.trace))
      context.note('Whether the destination lets it in is up to the proxy there: --follow goes on in it.')
    const good = [traced, ...next].every(({ trace }) => succeeds(trace))
    return args.boolean('exit-code') === true && !good ? exitCode.failed : exitCode.ok
  },
}

/** Whether someone at a terminal sees a text that `--follow` could go on with. */
function isForReading(args: Args, { io }: Context): boolean {
  const others = ['follow', 'file', 'url'].some((flag) => args.strings(flag).length > 0 || args.boolean(flag) === true)
  return io.stderrIsTTY && !others && /^(?:table|wide)?$/.test(args.string('output') ?? '')
}

/** The same request in the next proxies; loaded when asked for. */
async function followed(
  traced: TracedRequest,
  dump: ConfigDump,
  args: Args,
  context: Context,
): Promise<TracedRequest[]> {
  if ((args.string('file') ?? args.string('url')) !== undefined)
    throw new UsageError('--follow looks up pods in the cluster: it goes with a POD, not with --file or --url')
  const [{ nextProxies }, { podAddress }] = await Promise.all([
    import('./trace/trace-follow.ts'),
    import('../semantics/connection/capture.ts'),
  ])
  const explain = args.boolean('explain') === true
  return nextProxies({ first: traced, from: podAddress(dump), explain }, args, context)
}
