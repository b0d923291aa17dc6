import { type ConfigCounters, countersPath, movement, readCounters } from '../../analyses/watch/config-counters.ts'
import type { StoredBytes } from '../../envoy/input/stored-bytes.ts'
import { pageName, requiredBytes } from '../../mesh/proxies/pages.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { countsSecrets, MovedSecrets } from '../watch/moved-secrets.ts'

/** Rounds after which pods are looked up again, though every proxy answers. */
const roundsBetweenLookups = 6

type Open = () => Promise<readonly MeshProxy[]>

/** The proxies of a selection that are read again and again. Pods are looked up each sixth round, and when a proxy could not be read. */
export class PolledProxies {
  readonly #known = new Map<string, PolledProxy>()
  #round = 0

  /**
   * @param open finds the proxies that there are now
   * @param failed called with the reason why they could not be found; those that are known are read on then
   * @throws the error of the first round
   */
  async open(open: Open, failed: (error: unknown) => void): Promise<readonly MeshProxy[]> {
    if (this.#round % roundsBetweenLookups === 0 || [...this.#known.values()].some(({ failed }) => failed)) {
      try {
        this.#replace(await open())
      } catch (error) {
        if (this.#known.size === 0) throw error
        failed(error)
      }
    }
    this.#round += 1
    for (const polled of this.#known.values()) polled.begin()
    return [...this.#known.values()].map(({ proxy }) => proxy)
  }

  /** The proxy of this name could not be read, be it that it did not answer or that its answer was broken: nothing of it is kept. */
  fail(name: string): void {
    const polled = this.#known.get(name)
    if (polled !== undefined) polled.failed = true
  }

  /** None could be read. */
  failAll(): void {
    for (const name of this.#known.keys()) this.fail(name)
  }

  /** Whether the proxy of this name could not be read in this round. */
  hasFailed(name: string): boolean {
    return this.#known.get(name)?.failed === true
  }

  #replace(found: readonly MeshProxy[]): void {
    const before = new Map(this.#known)
    this.#known.clear()
    for (const proxy of found) {
      const old = before.get(proxy.id.name)
      this.#known.set(proxy.id.name, old === undefined || old.failed ? new PolledProxy(proxy) : old)
    }
    // A context without a single proxy is one that could not be read.
    const contexts = new Set(found.map(({ id }) => id.context))
    for (const [name, old] of before) if (!contexts.has(old.proxy.id.context)) this.#known.set(name, old)
  }
}

/** Pages that stay the same until something is loaded. */
const ofLoaded: ReadonlySet<string> = new Set(['config_dump', 'certs'])

/** One proxy. What it has loaded is asked for anew only when a statistic says that something was loaded. */
class PolledProxy {
  readonly proxy: MeshProxy
  failed = false
  readonly #asked: MeshProxy
  readonly #pages = new Map<string, StoredBytes | 'absent'>()
  readonly #secrets = new MovedSecrets()
  #counters: ConfigCounters | undefined
  #polled: Promise<void> | undefined

  constructor(asked: MeshProxy) {
    this.#asked = asked
    this.proxy = { ...asked, page: (path, signal) => this.#page(path, signal) }
  }

  begin(): void {
    this.#polled = undefined
    if (this.failed) this.#pages.clear()
    this.failed = false
  }

  async #page(path: string, signal: AbortSignal | undefined): Promise<StoredBytes | 'absent'> {
    try {
      return await this.#read(path, signal)
    } catch (error) {
      // Whoever asks once more gets another answer.
      this.#polled = undefined
      throw error
    }
  }

  async #read(path: string, signal: AbortSignal | undefined): Promise<StoredBytes | 'absent'> {
    if (!ofLoaded.has(pageName(path))) return this.#asked.page(path, signal)
    this.#polled ??= this.#poll(signal)
    await this.#polled
    const known = this.#pages.get(path)
    if (known !== undefined) return known
    const page = await this.#asked.page(path, signal)
    this.#pages.set(path, page)
    return page
  }

  async #poll(signal: AbortSignal | undefined): Promise<void> {
    const bytes = await requiredBytes(this.#asked, countersPath, signal)
    const counters = readCounters(Buffer.from(bytes).toString('utf8'))
    const { loaded, restarted } = movement(this.#counters, counters)
    const rotated = !countsSecrets(counters) && (await this.#secrets.look(this.#asked, signal))
    if (loaded || restarted || rotated) this.#pages.clear()
    this.#counters = counters
  }
}
