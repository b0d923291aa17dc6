import type { AnalysisCommand } from '../../contract/analysis.ts'

/** Whether proxies trust each other's certificates. */
export const trust: AnalysisCommand = {
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
  options: [],
  async load() {
    return (await import('./mutual-trust.ts')).mutualTrust
  },
}
