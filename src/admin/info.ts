import { type Json, type JsonObject, numberOf, objectOf, objectsOf, stringOf, stringsOf } from '../envoy/json.ts'
import { addressOf, addressText } from '../envoy/model/addresses.ts'
import { adminReply } from '../envoy/proto-json/admin-reply.ts'
import { humanDuration } from '../envoy/text/human-duration.ts'
import type { Tone } from '../view.ts'

/** Admin pages that `info` reads, parsed; undefined where a page could not be read. */
export interface InfoPages {
  readonly server_info: Json | undefined
  readonly memory: Json | undefined
  readonly listeners: Json | undefined
  readonly init_dump: Json | undefined
}

export type Fact = readonly [name: string, value: string, tone?: Tone | undefined]

/** What the pages say, one fact a line, in the order of the pages. */
export function infoFacts({ server_info, memory, listeners, init_dump }: InfoPages): Fact[] {
  const server = adminReply(server_info, 'ServerInfo')
  return [
    ...(server_info === undefined ? [] : serverFacts(server)),
    ...(memory === undefined ? [] : memoryFacts(adminReply(memory, 'Memory'))),
    ...(listeners === undefined ? [] : listenerFacts(adminReply(listeners, 'Listeners'))),
    ...(init_dump === undefined ? [] : initFacts(adminReply(init_dump, 'UnreadyTargetsDumps'), stringOf(server.state))),
  ]
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/admin/v3/server_info.proto */
function serverFacts(info: JsonObject): Fact[] {
  const [revision, version, status, type, tls] = (stringOf(info.version) ?? '').split('/')
  const options = objectOf(info.command_line_options)
  const node = objectOf(info.node)
  const state = stringOf(info.state)
  const facts: [string, string | number | undefined, Tone?][] = [
    [
      'VERSION',
      version === undefined ? revision : `${version} (${[revision?.slice(0, 8), status, type, tls].join(', ')})`,
    ],
    state === undefined || state === 'LIVE' ? ['STATE', state] : ['STATE', state, 'warning'],
    ['UPTIME', uptime(info.uptime_current_epoch)],
    ['TOTAL UPTIME', restarts(info) ? uptime(info.uptime_all_epochs) : undefined],
    ['NODE', stringOf(node.id)],
    ['CLUSTER', stringOf(node.cluster)],
    ['WORKER THREADS', numberOf(options.concurrency)],
    ['LOG LEVEL', [stringOf(options.log_level), stringOf(options.component_log_level)].filter(Boolean).join(',')],
    ['DRAIN TIME', stringOf(options.drain_time)],
    ['HOT RESTART', stringOf(info.hot_restart_version)],
  ]
  return facts.flatMap(([name, value, tone]): Fact[] =>
    value === undefined || value === '' ? [] : [[name, String(value), tone]],
  )
}

function restarts(info: JsonObject): boolean {
  return info.uptime_all_epochs !== info.uptime_current_epoch
}

/** `3600s` as an age. */
function uptime(duration: Json | undefined): string | undefined {
  const seconds = numberOf(stringOf(duration)?.replace(/s$/, ''))
  return seconds === undefined ? undefined : humanDuration(seconds * 1000)
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/admin/v3/memory.proto */
function memoryFacts(memory: JsonObject): Fact[] {
  const size = (field: string) => `${((numberOf(memory[field]) ?? 0) / 2 ** 20).toFixed(1)}Mi`
  return [
    ['MEMORY', `${size('allocated')} allocated, ${size('heap_size')} heap, ${size('total_physical_bytes')} physical`],
  ]
}

/** Names of so many listeners fit the table. */
const maxNamed = 8

function listenerFacts(listeners: JsonObject): Fact[] {
  const found = objectsOf(listeners.listener_statuses).map(({ local_address }) => addressText(addressOf(local_address)))
  const named = found.length <= maxNamed ? found : [...found.slice(0, maxNamed), '…']
  return [['LISTENERS', found.length === 0 ? '0' : `${found.length}: ${named.join(', ')}`]]
}

/** What initialization waits for; nothing once it is done. https://www.envoyproxy.io/docs/envoy/latest/operations/admin#get--init_dump */
function initFacts(dump: JsonObject, state: string | undefined): Fact[] {
  const waiting = objectsOf(dump.unready_targets_dumps).flatMap((manager): Fact[] => {
    const name = (stringOf(manager.name) ?? '')
      .replace(/^init manager /, '')
      .replace(/^Listener-local-init-manager (\S+)( \d+)?$/, 'listener $1')
    // Envoy gives them in no order.
    const targets = stringsOf(manager.target_names)
      .map((target) => target.replace(/^(?:shared )?target /, ''))
      .toSorted()
    return targets.length === 0 ? [] : [['WAITING FOR', `${targets.join(', ')} (${name})`, 'warning']]
  })
  if (waiting.length > 0) return waiting
  // The first clusters are no targets of the init manager. (ClusterManagerInitHelper)
  const isBefore = state === 'PRE_INITIALIZING'
  return isBefore
    ? [['WAITING FOR', 'clusters: kubectl proxy-config clusters has their STATE', 'warning']]
    : [['WAITING FOR', 'nothing']]
}
