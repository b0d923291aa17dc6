import { type MeshIdentity, trustBetween } from '../envoy/mesh-trust.ts'
import type { View } from '../view.ts'

interface Proxy {
  readonly label: string
  readonly identity: MeshIdentity
}

/** A row for each two proxies: whether they trust each other, with the reason. */
export function trustView(proxies: readonly Proxy[], now: Date): View {
  const pairs = proxies.flatMap((proxy, index) =>
    proxies.slice(index + 1).map((peer) => ({ proxy, peer, ...trustBetween(proxy, peer, now) })),
  )
  const documents = () => ({
    value: pairs.map(({ proxy, peer, trusted, reason }) => ({ proxy: proxy.label, peer: peer.label, trusted, reason })),
  })
  return {
    kind: 'trust',
    columns: [
      { header: 'PROXY', key: 'proxy' },
      { header: 'PEER', key: 'peer' },
      { header: 'TRUSTED', key: 'trusted', types: ['boolean'] },
      { header: 'REASON', key: 'reason' },
    ],
    rows: pairs.map(({ proxy, peer, trusted, reason }) => ({
      name: `${proxy.label} and ${peer.label}`,
      cells: [proxy.label, peer.label, trusted, reason],
    })),
    document: documents,
    raw: documents,
    notes: [],
    empty: 'There is only one proxy to compare.',
  }
}
