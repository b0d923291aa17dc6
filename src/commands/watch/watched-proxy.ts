import { gunzipSync, gzipSync } from 'node:zlib'
import { type CompareOptions, compareProxies } from '../../analyses/compare/compare-proxies.ts'
import { ownFacts } from '../../analyses/compare/identity/own-facts.ts'
import { ownText } from '../../analyses/compare/identity/own-text.ts'
import { comparableKinds } from '../../analyses/compare/model/comparable-kinds.ts'
import { changeEvents, type SeenChange } from '../../analyses/watch/change-events.ts'
import { type ConfigCounters, countersPath, movement, readCounters } from '../../analyses/watch/config-counters.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { readDump } from '../../envoy/input/read-dump.ts'
import { AppError } from '../../errors.ts'
import { requiredBytes } from '../../mesh/proxies/pages.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { countsSecrets, MovedSecrets } from './moved-secrets.ts'

/** Milliseconds after which what warms is reported. */
const warmingAfter = 15_000

/** Looks after which secrets are looked at, where no statistic counts them. */
const looksBetweenSecrets = 6

const options: CompareOptions = { kinds: comparableKinds, only: [], identity: true, ignored: [] }

/** One proxy that is watched: what was read of it last. The dump is kept packed, for there may be hundreds of proxies. */
export class WatchedProxy {
  readonly proxy: MeshProxy
  #packed: Uint8Array | undefined
  #counters: ConfigCounters | undefined
  #connected: boolean | undefined
  readonly #secrets = new MovedSecrets()
  #looks = 0
  #warmingSince: number | undefined
  #toldWarming = false

  constructor(proxy: MeshProxy) {
    this.proxy = proxy
  }

  /**
   * Reads the statistics, and the dump where they moved.
   * @param now milliseconds of a clock that does not jump
   * @returns what changed since the last time; nothing the first time
   * @throws AppError when the proxy does not answer
   */
  async look(now: number, signal: AbortSignal): Promise<SeenChange[]> {
    const counters = readCounters(Buffer.from(await requiredBytes(this.proxy, countersPath, signal)).toString('utf8'))
    const { loaded, rejected, warming, connected, restarted } = movement(this.#counters, counters)
    const rotated = await this.#secretsMoved(counters, signal)
    const isRead = this.#packed === undefined || loaded || restarted || rotated
    const changes = isRead ? await this.#readDump(signal) : []
    const known = changes.filter(({ code }) => code === 'rejected')
    const events = [
      ...(restarted ? [restartEvent] : []),
      ...this.#connection(connected),
      ...changes,
      ...rejected.map(rejection).filter((one) => !known.some(({ about, name }) => isOf(one, about, name))),
      ...(await this.#warming(warming, now)),
    ]
    this.#counters = counters
    return events
  }

  /** Secrets that are not counted are looked at less often: a gateway may have hundreds. */
  async #secretsMoved(counters: ConfigCounters, signal: AbortSignal): Promise<boolean> {
    const isDue = this.#looks % looksBetweenSecrets === 0
    this.#looks += 1
    return isDue && !countsSecrets(counters) ? this.#secrets.look(this.proxy, signal) : false
  }

  #connection(connected: boolean | undefined): SeenChange[] {
    const before = this.#connected
    this.#connected = connected
    if (connected === undefined || before === undefined || connected === before) return []
    return connected
      ? [{ code: 'connected', about: 'connection', text: 'connected to the control plane again' }]
      : [{ code: 'connection-lost', about: 'connection', text: 'connection to the control plane lost' }]
  }

  async #readDump(signal: AbortSignal): Promise<SeenChange[]> {
    const bytes = await requiredBytes(this.proxy, 'config_dump?include_eds', signal)
    const after = await this.#side(bytes)
    const before = this.#packed === undefined ? undefined : await this.#side(gunzipSync(this.#packed))
    const changes = before === undefined ? [] : changeEvents(compareProxies(before, after, options))
    this.#packed = gzipSync(bytes, { level: 1 })
    return changes
  }

  async #side(bytes: Uint8Array) {
    const dump: ConfigDump = await readDump(Buffer.from(bytes), this.proxy.label)
    if (dump.cut !== undefined) throw new AppError(dump.cut.text, { code: 'cut-short' })
    const facts = ownFacts(dump, this.proxy.id.pod)
    return { dump, label: this.proxy.label, facts, text: ownText(facts) }
  }

  /** What has been warming for long, by name. */
  async #warming(count: number, now: number): Promise<SeenChange[]> {
    if (count === 0) {
      this.#warmingSince = undefined
      this.#toldWarming = false
      return []
    }
    this.#warmingSince ??= now
    if (this.#toldWarming || now - this.#warmingSince < warmingAfter || this.#packed === undefined) return []
    this.#toldWarming = true
    const { dump } = await this.#side(gunzipSync(this.#packed))
    return comparableKinds.flatMap((kind) =>
      dump
        .entries(kind)
        .flatMap(({ name, state }): SeenChange[] =>
          state === 'warming'
            ? [{ code: 'warming', about: kind, name, text: `warming for over ${warmingAfter / 1000} s` }]
            : [],
        ),
    )
  }
}

const restartEvent: SeenChange = { code: 'restarted', about: 'proxy', text: 'restarted: its uptime began anew' }

/** Whether a rejected subscription is the one of a resource whose rejection is known with its reason. */
function isOf(subscription: SeenChange, about: string, name: string | undefined): boolean {
  return subscription.about === about && (subscription.name === undefined || subscription.name === name)
}

function rejection(subscription: string): SeenChange {
  const [about = subscription, name] = subscription.split(' ')
  return {
    code: 'rejected',
    about,
    ...(name === undefined ? {} : { name }),
    text: "rejected an update: the dump holds no reason, the proxy's log has it",
  }
}
