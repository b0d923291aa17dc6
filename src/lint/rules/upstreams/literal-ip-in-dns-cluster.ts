import { objectOf } from '../../../envoy/json.ts'
import { hostsOfAssignment } from '../../../envoy/model/hosts.ts'
import { parseIp } from '../../../envoy/model/ip.ts'
import { discoveryOf } from '../../../semantics/clusters/discovery-type.ts'
import type { Rule } from '../../rule.ts'

/** A cluster resolves an IP address. */
export const literalIpInDnsCluster: Rule = {
  id: 'literal-ip-in-dns-cluster',
  profile: 'strict',
  severity: 'info',
  title: 'A cluster resolves an IP address',
  detects: 'Clusters of type STRICT_DNS or LOGICAL_DNS whose hosts are IP addresses.',
  impact: 'Nothing but a needless query.',
  fix: 'Use the type STATIC.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/service_discovery'],
  check: {
    *cluster({ name, cluster }) {
      if (!/_DNS$/.test(discoveryOf(cluster).type)) return
      const hosts = hostsOfAssignment(objectOf(cluster.load_assignment)).flatMap(({ addresses }) => addresses)
      if (hosts.some(({ host }) => parseIp(host) !== undefined))
        yield { message: `cluster ${name} looks up an IP address as a name` }
    },
  },
}
