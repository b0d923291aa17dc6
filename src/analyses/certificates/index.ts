import type { AnalysisCommand } from '../../contract/analysis.ts'

/** What expires next, over many proxies. */
export const certificates: AnalysisCommand = {
  name: 'certs',
  aliases: ['cert'],
  summary: 'Certificates of many proxies, what expires first on top',
  description: `Shows the certificates that proxies have loaded, what expires first on top: those of the named pods, of all that a
selector matches, or of every proxy in the namespace.`,
  synopsis: '[POD | TYPE/NAME]...',
  examples: [
    { title: 'What expires next in the namespace', command: 'kubectl proxy-config certs' },
    { title: 'What expires within a day, in the whole cluster', command: 'kubectl proxy-config certs -A --within 24h' },
    {
      title: 'Fail when a gateway has a certificate that expires within two weeks',
      command: 'kubectl proxy-config certs -n istio-system -l istio=ingressgateway --within 14d --exit-code',
    },
    {
      title: 'Every proxy of an istioctl bug-report, and one more dump',
      command: 'kubectl proxy-config certs --file bug-report.tar.gz --file dump.json',
    },
  ],
  options: [
    {
      name: 'within',
      type: 'string',
      value: 'DURATION',
      describe: 'Show what expires within this time, such as 24h or 30d, and what has expired',
    },
    {
      name: 'exit-code',
      type: 'boolean',
      describe: 'Exit with 1 when a certificate has expired, or expires --within the time',
    },
  ],
  orScope: true,
  async load() {
    return (await import('./expiring-certificates.ts')).expiringCertificates
  },
}
