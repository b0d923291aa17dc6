import { type JsonObject, numberOf, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { type Cidr, cidrContains, type Ip, isLoopback, parseCidr, parseIp, sameIp } from '../../envoy/model/ip.ts'
import type { Connection } from '../connection.ts'
import { type ChainCriterion, chainCriterionText } from '../reasons/chain-criterion.ts'
import { type ChainSelection, defaultChain, type RejectedChain } from './chain-selection.ts'
import { selectByMatcher } from './filter-chain-matcher.ts'

interface Criterion {
  readonly name: ChainCriterion
  /** What the connection has. */
  readonly value: string
  /** How well a chain fits: higher wins, undefined does not fit. */
  readonly rank: (match: JsonObject) => number | undefined
}

/**
 * The filter chain of a connection, by Envoy's FilterChainManagerImpl: criterion after criterion only the chains with the most
 * specific fitting value stay. There is no way back: when a later criterion fails, the default filter chain takes the connection,
 * or nothing does.
 */
export function selectFilterChain(listener: JsonObject, connection: Connection): ChainSelection {
  const chains = objectsOf(listener.filter_chains)
  const nameAt = (index: number): string => stringOf(chains[index]?.name) || `#${index}`
  if (listener.filter_chain_matcher !== undefined) return selectByMatcher(listener, chains, connection)

  let remaining = chains.map((chain, index) => ({ index, match: objectOf(chain.filter_chain_match) }))
  const rejected: RejectedChain[] = []
  const decisive: string[] = []
  for (const criterion of criteriaOf(connection)) {
    const ranked = remaining.map((candidate) => ({ ...candidate, rank: criterion.rank(candidate.match) }))
    const best = ranked.reduce((most, { rank }) => Math.max(most, rank ?? -1), -1)
    const kept = best < 0 ? [] : ranked.filter(({ rank }) => rank === best)
    for (const { index, rank } of ranked) {
      if (best < 0 || rank !== best)
        rejected.push({ name: nameAt(index), criterion: criterion.name, value: criterion.value })
    }
    if (kept.length < remaining.length) decisive.push(`${chainCriterionText[criterion.name]} ${criterion.value}`)
    remaining = kept
    if (kept.length === 0) break
  }
  const [winner] = remaining
  if (winner === undefined) return { selected: defaultChain(listener, decisive.at(-1)), rejected }
  const chain = chains[winner.index] ?? {}
  const reason = decisive.length === 0 ? 'the only chain' : `chosen by ${decisive.join(', ')}`
  return { selected: { chain, name: nameAt(winner.index), index: winner.index, reason }, rejected }
}

function criteriaOf(connection: Connection): Criterion[] {
  const { local, remote, directRemote, sni, transport, alpn } = connection
  const localIp = local && parseIp(local.address)
  const remoteIp = parseIp(remote.address)
  const isLocal =
    remoteIp === undefined || isLoopback(remoteIp) || (local !== undefined && sameIp(remote.address, local.address))
  return [
    exact('destination_port', String(local?.port ?? ''), (match) => keys(match.destination_port)),
    longestPrefix('prefix_ranges', local?.address ?? '', localIp),
    { name: 'server_names', value: sni || '(none)', rank: (match) => serverNameRank(match, sni) },
    exact('transport_protocol', transport, (match) => keys(match.transport_protocol)),
    alpnCriterion(alpn),
    longestPrefix('direct_source_prefix_ranges', directRemote.address, parseIp(directRemote.address)),
    { name: 'source_type', value: isLocal ? 'local' : 'external', rank: (match) => sourceTypeRank(match, isLocal) },
    longestPrefix('source_prefix_ranges', remote.address, remoteIp),
    exact('source_ports', String(remote.port), (match) => keys(match.source_ports)),
  ]
}

/** A named value beats none; another value does not fit. */
function exact(name: ChainCriterion, value: string, keysOf: (match: JsonObject) => readonly string[]): Criterion {
  return {
    name,
    value,
    rank: (match) => {
      const wanted = keysOf(match)
      if (wanted.length === 0) return 0
      return wanted.includes(value) ? 1 : undefined
    },
  }
}

function keys(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value]
  return list.map(String).filter((key) => key !== '' && key !== '0')
}

function longestPrefix(name: ChainCriterion, value: string, ip: Ip | undefined): Criterion {
  return {
    name,
    value,
    rank: (match) => {
      const ranges = objectsOf(match[name])
      if (ranges.length === 0) return 0
      if (ip === undefined) return undefined
      const hits = ranges.map(parseCidr).filter((cidr): cidr is Cidr => cidr !== undefined && cidrContains(cidr, ip))
      return hits.length === 0 ? undefined : hits.reduce((most, { length }) => Math.max(most, length), 0)
    },
  }
}

/** Exact, then `*.suffix` by length; a chain without names takes any. */
function serverNameRank(match: JsonObject, sni: string): number | undefined {
  const names = [...stringsOf(match.server_names), ...stringsOf(match.sni_domains)].map((name) => name.toLowerCase())
  if (names.length === 0) return 0
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

function sourceTypeRank(match: JsonObject, isLocal: boolean): number | undefined {
  const type = stringOf(match.source_type) ?? numberOf(match.source_type)
  if (type === undefined || type === 'ANY' || type === 0) return 0
  const wantsLocal = type === 'LOCAL' || type === 'SAME_IP_OR_LOOPBACK' || type === 1
  return wantsLocal === isLocal ? 1 : undefined
}
