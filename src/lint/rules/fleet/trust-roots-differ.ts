import { isAnchored } from '../../../envoy/certificates/anchored.ts'
import type { MeshIdentity } from '../../../envoy/certificates/mesh-trust.ts'
import { countText } from '../../../envoy/text/count-text.ts'
import type { FleetRule } from '../../rule.ts'

/** Proxies do not trust each other's certificates. */
export const trustRootsDiffer: FleetRule = {
  id: 'trust-roots-differ',
  profile: 'fleet',
  severity: 'error',
  title: "Proxies do not trust each other's certificates",
  detects:
    'Proxies with SPIFFE certificates that no root of other proxies has signed. Dates are left to the rules of certificates.',
  impact: 'Mutual TLS between them fails: 503, flag `UF`, with `CERTIFICATE_VERIFY_FAILED`.',
  fix: 'See which root is the right one: kubectl proxy-config rootca-compare. Restart the proxies of the other, or let all trust both roots while they change.',
  sources: [
    'https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/',
    'https://github.com/istio/istio/issues/49874',
  ],
  needs: ['proxies'],
  *checkFleet({ proxies }) {
    const groups = groupsOf(proxies)
    for (const [index, group] of groups.entries()) {
      const apart = groups.slice(0, index).filter((other) => !trusts(group, other) || !trusts(other, group))
      const [first] = apart
      if (first === undefined) continue
      const others = apart.flatMap(({ names }) => names)
      const lacking = trusts(group, first)
        ? 'the roots of those have not signed its certificate'
        : 'no root of it has signed the certificates of those'
      yield {
        message: `${countText(group.names.length, 'proxy', 'proxies')} with root ${rootText(group)} and ${countText(others.length, 'proxy', 'proxies')} such as ${others[0]} with root ${rootText(first)} do not trust each other: ${lacking}`,
        proxies: group.names,
        at: { resource: `secrets/${group.identity.anchors[0]?.secret ?? ''}` },
      }
    }
  },
}

/** Proxies of the same roots and the same issuer. */
interface Group {
  readonly identity: MeshIdentity
  readonly names: string[]
}

/** The largest first; of equals the one that was read first. */
function groupsOf(proxies: Parameters<FleetRule['checkFleet']>[0]['proxies']): Group[] {
  const groups = new Map<string, Group>()
  for (const { name, identity } of proxies) {
    if (identity === undefined || identity.anchors.length === 0 || identity.chains.length === 0) continue
    const roots = identity.anchors.map(({ certificate, trustDomain }) => `${trustDomain} ${certificate.fingerprint}`)
    const issuers = identity.chains.map(([leaf, ...above]) => [
      leaf?.issuer,
      leaf?.trustDomain,
      ...above.map(({ fingerprint }) => fingerprint),
    ])
    const key = JSON.stringify([roots.toSorted(), issuers.map((one) => JSON.stringify(one)).toSorted()])
    const known = groups.get(key)
    if (known === undefined) groups.set(key, { identity, names: [name] })
    else known.names.push(name)
  }
  return [...groups.values()].toSorted((a, b) => b.names.length - a.names.length)
}

function trusts(truster: Group, peer: Group): boolean {
  return peer.identity.chains.some(
    ([leaf, ...others]) => leaf !== undefined && isAnchored({ leaf, others }, truster.identity.anchors),
  )
}

function rootText({ identity }: Group): string {
  const [anchor] = identity.anchors
  if (anchor === undefined) return 'none'
  return `${anchor.certificate.subject || 'without a name'} (serial ${anchor.certificate.serial})`
}
