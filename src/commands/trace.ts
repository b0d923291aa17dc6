import { requestOptions } from '../analyses/request-options/trace-options.ts'
import type { Command } from '../contract/command.ts'
import { outputOptions } from '../contract/output-options.ts'
import { targetOptions } from '../contract/selection.ts'

/** Where a request goes and why: Istio's whole debugging walk in one command. */
export const trace: Command = {
  name: 'trace',
  aliases: ['t'],
  summary: 'Where a request goes, and why: listener, filter chain, route, cluster, endpoint',
  description: `Follows a request through the configuration that the proxy has loaded: listener, filter chain, route, cluster, endpoint, with the reason
for each, the object of Istio or the Gateway API behind it, the outcome as Envoy would report it, and what to do next when it
fails. Where chance decides, every alternative is shown with its odds; an outcome that depends on what a dump does not hold says on what.
Nothing is sent.`,
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
    {
      title: 'A page for a ticket, which answers the same and other requests in a browser',
      command: 'kubectl proxy-config trace deploy/productpage http://reviews:9080/ --follow -o html > trace.html',
    },
  ],
  options: [
    ...targetOptions,
    ...requestOptions,
    {
      name: 'clusters-file',
      type: 'string',
      once: true,
      value: 'FILE',
      holds: 'file',
      describe: 'A saved /clusters?format=json, for the health of endpoints',
    },
    { name: 'explain', type: 'boolean', describe: 'Also show what was considered and why it was rejected' },
    { name: 'follow', type: 'boolean', describe: "Go on inside the destination pod's proxy" },
    {
      name: 'traffic',
      type: 'boolean',
      describe: 'Also show what the clusters on the way count, and what retries multiply to',
    },
    {
      name: 'requests',
      type: 'string',
      once: true,
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
        'Exit with 1 unless the request goes upstream, is redirected or answered with a status below 400, whatever chance decides and on no condition',
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
  positionals: { max: 2, kinds: ['target', 'url'] },
  async urls(proxy, signal) {
    return (await import('./trace/urls-of-proxy.ts')).urlsOfProxy(proxy, signal)
  },
  formats: ['mermaid', 'dot', 'html'],
  async load() {
    return (await import('./trace/show-trace.ts')).showTrace
  },
}
