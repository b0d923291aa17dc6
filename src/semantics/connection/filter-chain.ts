import { type JsonObject, numberOf, objectOf, objectsOf, scalarText, stringOf, stringsOf } from '../../envoy/json.ts'
import { type Cidr, cidrContains, parseCidr, parseIp } from '../../envoy/model/ip.ts'
import { type Connection, isLocalSource, peerFact } from '../connection.ts'
import { endWith, type RequestEnd, undecidableOutcome } from '../outcome.ts'
import type { ChainCriterion } from '../reasons/chain-criterion.ts'
import type { CriterionValue } from '../reasons/choice-reasons.ts'
import { because } from '../reasons/reason.ts'
import type { UnknownFact } from '../reasons/unknown-facts.ts'
import { type ChainSelection, defaultChain, type RejectedChain } from './chain-selection.ts'
import { selectByMatcher } from './filter-chain-matcher.ts'

interface Criterion {
  readonly name: ChainCriterion
  /** What the connection has. */
  readonly value: string
  /** How well a chain fits. */
  readonly rank: (match: JsonObject) => Rank
}

/** A number, higher wins; undefined for a chain that does not fit; or what has to be known to tell. */
type Rank = number | undefined | UnknownFact

/**
 * The filter chain of a connection, by Envoy's FilterChainManagerImpl: criterion after criterion only the chains with the most
 * specific fitting value stay. There is no way back: when a later criterion fails, the default filter chain gets the connection,
 * or nothing does.
 * @returns the end when the chain depends on what is not known of the connection
 */
export function selectFilterChain(listener: JsonObject, connection: Connection): ChainSelection | RequestEnd {
  const chains = objectsOf(listener.filter_chains)
  const nameAt = (index: number): string => stringOf(chains[index]?.name) || `#${index}`
  if (listener.filter_chain_matcher !== undefined) return selectByMatcher(listener, chains, connection)

  let remaining = chains.map((chain, index) => ({ index, match: objectOf(chain.filter_chain_match) }))
  const rejected: RejectedChain[] = []
  const decisive: CriterionValue[] = []
  for (const criterion of criteriaOf(connection)) {
    const has = { criterion: criterion.name, value: criterion.value }
    const ranked: Ranked[] = []
    for (const { index, match } of remaining) {
      const rank = criterion.rank(match)
      if (typeof rank === 'string') return unknownRank(rank, nameAt(index), criterion)
      ranked.push({ index, match, rank })
    }
    const best = ranked.reduce((most, { rank }) => Math.max(most, rank ?? -1), -1)
    const kept = best < 0 ? [] : ranked.filter(({ rank }) => rank === best)
    for (const { index, rank } of ranked) {
      if (best < 0 || rank !== best)
        rejected.push({ name: nameAt(index), reason: because('chain-criterion-not-matched', has) })
    }
    if (kept.length < remaining.length) decisive.push(has)
    remaining = kept
    if (kept.length === 0) break
  }
  const [winner] = remaining
  if (winner === undefined) {
    const failed = decisive.at(-1)
    const reason = failed === undefined ? because('chain-default', {}) : because('chain-default-by-criterion', failed)
    return { selected: defaultChain(listener, reason), rejected }
  }
  const chain = chains[winner.index] ?? {}
  const reason =
    decisive.length === 0 ? because('chain-only', {}) : because('chain-by-criteria', { criteria: decisive })
  return { selected: { chain, name: nameAt(winner.index), index: winner.index, reason }, rejected }
}

interface Ranked {
  readonly index: number
  readonly match: JsonObject
  readonly rank: number | undefined
}

function unknownRank(fact: UnknownFact, filterChain: string, { name: criterion }: Criterion): RequestEnd {
  const reason = because('filter-chain-depends-on-unknown', { filterChain, criterion, unknown: [fact] })
  return endWith(undecidableOutcome(`${fact}_unknown`, reason))
}

function criteriaOf(connection: Connection): Criterion[] {
  const { local, remote, directRemote, sni, sniUnknown, transport, alpn } = connection
  const isLocal = isLocalSource(connection)
  const localAddress = local === undefined ? '' : local.address
  return [
    exact('destination_port', String(local?.port ?? ''), (match) => keys(match.destination_port)),
    local?.unlisted ? unlistedAddress : longestPrefix('prefix_ranges', localAddress, 'address'),
    {
      name: 'server_names',
      value: sniUnknown ? '(unknown)' : sni || '(none)',
      rank: (match) => serverNameRank(match, sniUnknown ? undefined : sni),
    },
    exact('transport_protocol', transport, (match) => keys(match.transport_protocol)),
    alpnCriterion(alpn),
    longestPrefix('direct_source_prefix_ranges', directRemote.address, peerFact(connection)),
    {
      name: 'source_type',
      value: isLocal === true ? 'local' : 'external',
      rank: (match) => sourceTypeRank(match, isLocal),
    },
    longestPrefix('source_prefix_ranges', remote.address, 'source'),
    exact('source_ports', remote.port === undefined ? undefined : String(remote.port), (match) =>
      keys(match.source_ports),
    ),
  ]
}

/** An address that no chain names is only in a range of all addresses. */
const unlistedAddress: Criterion = {
  name: 'prefix_ranges',
  value: '(none that is named)',
  rank: ({ prefix_ranges }) => {
    const ranges = objectsOf(prefix_ranges)
    return ranges.length === 0 || ranges.some(takesAny) ? 0 : undefined
  },
}

/** A named value beats none; another value does not fit. @param value undefined for a client's port that is not known */
function exact(
  name: ChainCriterion,
  value: string | undefined,
  keysOf: (match: JsonObject) => readonly string[],
): Criterion {
  return {
    name,
    value: value ?? '(unknown)',
    rank: (match) => {
      const wanted = keysOf(match)
      if (wanted.length === 0) return 0
      if (value === undefined) return 'source_port'
      return wanted.includes(value) ? 1 : undefined
    },
  }
}

function keys(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value]
  return list.map((key) => scalarText(key)).filter((key) => key !== '' && key !== '0')
}

/** @param value the address; undefined when it is not known, which is `fact` */
function longestPrefix(name: ChainCriterion, value: string | undefined, fact: UnknownFact): Criterion {
  const ip = value === undefined ? undefined : parseIp(value)
  return {
    name,
    value: value ?? '(unknown)',
    rank: (match) => {
      const ranges = objectsOf(match[name])
      if (ranges.length === 0) return 0
      if (value === undefined) return ranges.every(takesAny) ? 0 : fact
      if (ip === undefined) return undefined
      const hits = ranges.map(parseCidr).filter((cidr): cidr is Cidr => cidr !== undefined && cidrContains(cidr, ip))
      return hits.length === 0 ? undefined : hits.reduce((most, { length }) => Math.max(most, length), 0)
    },
  }
}

/** `0.0.0.0/0` and `::/0`: which address it is does not matter. */
function takesAny(range: JsonObject): boolean {
  return parseCidr(range)?.length === 0
}

/** Exact, then `*.suffix` by length; a chain without names takes any. @param sni undefined when it is not known */
function serverNameRank(match: JsonObject, sni: string | undefined): Rank {
  const names = [...stringsOf(match.server_names), ...stringsOf(match.sni_domains)].map((name) => name.toLowerCase())
  if (names.length === 0) return 0
  if (sni === undefined) return 'sni'
  if (sni === '') return undefined
  const ranks = names.map((name) => {
    if (name === sni) return Number.MAX_SAFE_INTEGER
    return name.startsWith('*') && name.length > 1 && sni.length >= name.length && sni.endsWith(name.slice(1))
      ? name.length
      : -1
  })
  const best = ranks.reduce((most, rank) => Math.max(most, rank), -1)
  return best < 0 ? undefined : best
}

/** The client's list is gone through in its order; the first protocol that any chain names wins. */
function alpnCriterion(alpn: readonly string[]): Criterion {
  return {
    name: 'application_protocols',
    value: alpn.join(',') || '(none)',
    rank: (match) => {
      const wanted = stringsOf(match.application_protocols)
      if (wanted.length === 0) return 0
      const place = alpn.findIndex((protocol) => wanted.includes(protocol))
      return place < 0 ? undefined : alpn.length - place
    },
  }
}

function sourceTypeRank(match: JsonObject, isLocal: boolean | UnknownFact): Rank {
  const type = stringOf(match.source_type) ?? numberOf(match.source_type)
  if (type === undefined || type === 'ANY' || type === 0) return 0
  if (typeof isLocal === 'string') return isLocal
  const wantsLocal = type === 'LOCAL' || type === 'SAME_IP_OR_LOOPBACK' || type === 1
  return wantsLocal === isLocal ? 1 : undefined
}
