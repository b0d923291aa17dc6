import type { Args, Command } from '../cli/command.ts'
import { outputOptions } from '../cli/output-options.ts'
import { targetOptions } from '../cli/target-options.ts'
import { exitCode, UsageError } from '../errors.ts'
import { withPositionals } from './forwarded-args.ts'
import { questionOf, requestOptions } from './trace-options.ts'
import { readProxy } from './traced-proxy.ts'

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
      describe: 'A saved /clusters?format=json, for the health of endpoints',
    },
    { name: 'explain', type: 'boolean', describe: 'Also show what was considered and why it lost' },
    { name: 'follow', type: 'boolean', describe: "Go on inside the destination pod's proxy" },
    {
      name: 'requests',
      type: 'string',
      value: 'FILE',
      describe:
        "Trace every request of a file and check what it expects: cases, Envoy's router check format, or JSON lines",
    },
    {
      name: 'route-configuration',
      type: 'string',
      value: 'NAME',
      describe: 'With --requests in the router check format: the route configuration to check',
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
  positionals: { most: 2 },
  formats: ['mermaid', 'dot'],
  async run(args, context) {
    const { target, url } = targetAndUrl(args)
    const [source, ...others] = await context.open(target)
    if (source === undefined || others.length > 0)
      throw new UsageError('trace follows a request through one proxy: name one pod')
    const proxy = await readProxy(source, args, context)
    const requests = args.string('requests')
    if (requests !== undefined) {
      const { traceRequests } = await import('./trace-requests.ts')
      return traceRequests(requests, proxy, args, context)
    }
    const [{ resolveQuestion }, { trace: follow }, { traceView }] = await Promise.all([
      import('../trace/question.ts'),
      import('../trace/trace.ts'),
      import('../trace/trace-view.ts'),
    ])
    const question = questionOf(url, args)
    const explain = args.boolean('explain') === true
    const { request, notes } = resolveQuestion(question, proxy.dump)
    const traced = {
      label: source.label,
      request,
      trace: follow({ ...proxy, request, explain, now: context.io.now() }),
    }
    const { nextProxies } = await import('./trace-follow.ts')
    const next = args.boolean('follow') === true ? await nextProxies(traced, explain, args, context) : []
    await context.render(traceView([traced, ...next], explain, [...proxy.dump.notes, ...notes]), args)
    return exitCode.ok
  },
}

/** The last argument that is a URL or a host with a port; what stands before it is the target. */
function targetAndUrl(args: Args): { target: Args; url: string | undefined } {
  const { positionals } = args
  const namesProxy = args.string('file') ?? args.string('url') ?? args.string('selector')
  const [first, second] = positionals
  if (namesProxy !== undefined) {
    if (second !== undefined) throw new UsageError(`unexpected argument: ${JSON.stringify(second)}`)
    return { target: withPositionals(args, []), url: first }
  }
  return { target: withPositionals(args, first === undefined ? [] : [first]), url: second }
}
