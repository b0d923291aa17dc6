import type { AnalysisCommand } from '../../contract/analysis.ts'
import { requestOptions } from './request-options.ts'

/** Authorization policies as proxies have loaded them, and what they say to a request. */
export const authz: AnalysisCommand = {
  name: 'authz',
  aliases: [],
  summary: 'Authorization policies that a proxy enforces, in words; --request evaluates them',
  description: `Shows the authorization policies that a proxy has loaded and what their rules match, in words: a comma is an "and", "|" stands
between rules, "*" for an open end, and "~" before a regular expression. With --request it evaluates them: allowed, denied, undecided,
or not reached where the request ends before the filters that authorize; and by which policy. What the flags do not say and the dump
does not hold decides nothing. The exit code is 1 when the request is denied.`,
  synopsis: '[POD | TYPE/NAME]...',
  examples: [
    { title: 'Policies and what their rules match', command: 'kubectl proxy-config authz productpage-v1-abc' },
    {
      title: 'May the ratings service read this page?',
      command:
        "kubectl proxy-config authz productpage-v1-abc --request 'GET /admin' --port 9080 --principal cluster.local/ns/default/sa/ratings",
    },
    {
      title: 'The same of a request that enters a gateway',
      command:
        "kubectl proxy-config authz deploy/istio-ingressgateway.istio-system --request 'GET https://shop.example.com/' --source 203.0.113.7",
    },
    {
      title: 'May a client without a certificate connect?',
      command: 'kubectl proxy-config authz --file dump.json --request tcp --port 5432',
    },
  ],
  options: requestOptions,
  async load() {
    return (await import('./policies-analysis.ts')).policiesAnalysis
  },
  byFlag: {
    flag: 'request',
    async load() {
      return (await import('./request-analysis.ts')).requestAnalysis
    },
  },
}
