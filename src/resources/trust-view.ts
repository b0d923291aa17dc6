import { type MeshIdentity, rootsText, trustBetween } from '../envoy/certificates/mesh-trust.ts'
import { type View, withTones } from '../view.ts'

interface Proxy {
  readonly label: string
  /** Undefined where the proxy could not be read. */
  readonly identity: MeshIdentity | undefined
  /** Why not. */
  readonly fault?: string | undefined
}

interface Trust {
  /** Undefined where one of the two could not be read. */
  readonly trusted: boolean | undefined
  readonly reason: string
}

/** A row for each two proxies: whether they trust each other, with the reason. */
export function trustView(proxies: readonly Proxy[], now: Date): View {
  const pairs = proxies.flatMap((proxy, index) =>
    proxies.slice(index + 1).map((peer) => ({ proxy, peer, ...trustOf(proxy, peer, now) })),
  )
  const documents = () => ({
    value: pairs.map(({ proxy, peer, trusted = null, reason }) => ({
      proxy: proxy.label,
      peer: peer.label,
      trusted,
      reason,
    })),
  })
  return {
    kind: 'trust',
    columns: [
      { header: 'PROXY', key: 'proxy' },
      { header: 'PEER', key: 'peer' },
      { header: 'TRUSTED', key: 'trusted', types: ['boolean'], missing: 'unknown' },
      { header: 'REASON', key: 'reason' },
    ],
    rows: pairs.map(({ proxy, peer, trusted, reason }) => ({
      name: `${proxy.label} and ${peer.label}`,
      cells: [proxy.label, peer.label, trusted, reason],
      ...withTones({ trusted: trusted === undefined ? 'warning' : trusted ? undefined : 'bad' }),
    })),
    document: documents,
    raw: documents,
    notes: [],
    empty: 'There is only one proxy to compare.',
  }
}

/** Of two of which one cannot be read, what the other one says. */
function trustOf(proxy: Proxy, peer: Proxy, now: Date): Trust {
  const [a, b] = [read(proxy), read(peer)]
  if (a !== undefined && b !== undefined) return trustBetween(a, b, now)
  const faults = [proxy, peer].flatMap(({ label, identity, fault }) =>
    identity === undefined ? [`${label} could not be read${fault === undefined ? '' : `: ${fault}`}`] : [],
  )
  const known = [a, b].flatMap((each) => (each === undefined ? [] : [rootsText(each)]))
  return { trusted: undefined, reason: [...faults, ...known].join('; ') }
}

function read({ label, identity }: Proxy): { label: string; identity: MeshIdentity } | undefined {
  return identity === undefined ? undefined : { label, identity }
}
