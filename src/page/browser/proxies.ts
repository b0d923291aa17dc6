import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import type { PageIndex, ProxyFacts, Recipe, StoredTable, StoredTraceFacts } from '../format.ts'
import type { StoredPage } from '../read/stored-page.ts'

/** A proxy of the page. */
export interface PageProxy {
  /** Names it in addresses: `POD.NAMESPACE`, a file. */
  readonly id: string
  readonly facts: ProxyFacts
  /** What it has loaded, endpoints and what Envoy sees of them included; unpacked when first asked for. */
  dump(): Promise<ConfigDump>
  /** A table that a browser cannot work out, `secrets`; undefined where there is none. */
  table(kind: string): Promise<StoredTable | undefined>
  /** What a trace needs besides the dump. */
  traceFacts(): Promise<StoredTraceFacts>
}

/** What a view has to work with. */
export interface PageData {
  readonly proxies: readonly PageProxy[]
  readonly index: PageIndex
  /** When the page was written: ages and expiries are as of then. */
  readonly now: Date
  proxy(id: string): PageProxy | undefined
  /** @throws Error when the page has no proxy of this name */
  requireProxy(id: string): PageProxy
}

/** Dumps that are kept unpacked. */
const keptDumps = 8

/** The proxies of a stored page. */
export function pageData(stored: StoredPage): PageData {
  const recent = new Map<string, { recipe: Promise<Recipe>; dump?: Promise<ConfigDump> }>()
  const loaded = (facts: ProxyFacts) => {
    const known = recent.get(facts.id) ?? { recipe: stored.recipe(facts) }
    recent.delete(facts.id)
    recent.set(facts.id, known)
    for (const id of recent.keys()) if (recent.size > keptDumps) recent.delete(id)
    return known
  }
  const proxies = stored.index.proxies.map((facts): PageProxy => {
    const { id } = facts
    return {
      id,
      facts,
      dump() {
        const kept = loaded(facts)
        kept.dump ??= kept.recipe.then((recipe) => stored.dump(recipe))
        return kept.dump
      },
      table: async (kind) => (await loaded(facts).recipe).tables[kind],
      traceFacts: async () => (await loaded(facts).recipe).trace,
    }
  })
  const byId = new Map(proxies.map((proxy) => [proxy.id, proxy]))
  return {
    proxies,
    index: stored.index,
    now: new Date(stored.index.written),
    proxy: (id) => byId.get(id),
    requireProxy(id) {
      const found = byId.get(id)
      if (found === undefined) throw new Error(`This page has no proxy ${id}.`)
      return found
    },
  }
}
