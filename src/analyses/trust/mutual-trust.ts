import type { Analysis, Examined } from '../../contract/analysis.ts'
import { type MeshIdentity, meshIdentity, rootsText, trustBetween } from '../../envoy/certificates/mesh-trust.ts'
import { secrets } from '../../resources/secrets.ts'
import { listOf, record, text } from '../../schema/json-schema.ts'
import { withTones } from '../../view.ts'

interface Asked {
  readonly now: Date
}

type Proxy = Examined<MeshIdentity>

interface Pair {
  readonly proxy: string
  readonly peer: string
  /** Undefined where one of the two could not be read. */
  readonly trusted: boolean | undefined
  readonly reason: string
}

/** A row for each two proxies: whether they trust each other, with the reason. */
export const mutualTrust: Analysis<Asked, MeshIdentity, readonly Pair[]> = {
  needs: { about: secrets, whole: true, proxies: 2 },
  schema: {
    name: 'rootca-compare',
    title: 'Two proxies, and whether they trust each other',
    kind: 'trust',
    columns: [
      [
        { header: 'PROXY', key: 'proxy' },
        { header: 'PEER', key: 'peer' },
        { header: 'TRUSTED', key: 'trusted', types: ['boolean'], missing: 'unknown' },
        { header: 'REASON', key: 'reason' },
      ],
    ],
    document: {
      title: 'Each two proxies, and whether they trust each other',
      // Null where one of them could not be read.
      schema: listOf(record({ proxy: text, peer: text, trusted: { type: ['boolean', 'null'] }, reason: text })),
    },
  },
  options: (_args, { now }) => ({ now }),
  facts: ({ dump }) => meshIdentity(dump),
  reduce: (proxies, { now }) =>
    proxies.flatMap((proxy, index) =>
      proxies.slice(index + 1).map((peer) => ({ proxy: proxy.name, peer: peer.name, ...trustOf(proxy, peer, now) })),
    ),
  rows: (pairs) =>
    pairs.map(({ proxy, peer, trusted, reason }) => ({
      name: `${proxy} and ${peer}`,
      cells: [proxy, peer, trusted, reason],
      ...withTones({ trusted: trusted === undefined ? 'warning' : trusted ? undefined : 'bad' }),
    })),
  empty: () => 'There is only one proxy to compare.',
  fails: (pairs) => pairs.some(({ trusted }) => trusted !== true),
}

/** Of two of which one cannot be read, what the other one says. */
function trustOf(proxy: Proxy, peer: Proxy, now: Date): Pick<Pair, 'trusted' | 'reason'> {
  if ('facts' in proxy && 'facts' in peer) return trustBetween(peerOf(proxy), peerOf(peer), now)
  const faults = [proxy, peer].flatMap((each) =>
    'fault' in each ? [`${each.name} could not be read: ${each.fault}`] : [],
  )
  const known = [proxy, peer].flatMap((each) => ('facts' in each ? [rootsText(peerOf(each))] : []))
  return { trusted: undefined, reason: [...faults, ...known].join('; ') }
}

function peerOf({ name, facts }: Extract<Proxy, { readonly facts: MeshIdentity }>) {
  return { label: name, identity: facts }
}
