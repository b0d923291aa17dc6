import type { ConfigDump, Entry } from '../envoy/config-dump.ts'
import { type JsonObject, objectOf } from '../envoy/json.ts'
import type { Kind } from '../envoy/sections.ts'
import { envoyVersion, latestEnvoy } from '../envoy/version.ts'
import { type Runtime, runtimeOf } from './runtime.ts'

/** Look-ups in one dump that a walk needs, each built when first asked for and kept for the next request. */
export interface DumpIndex {
  readonly dump: ConfigDump
  /** The resource of this name that serves traffic: active or static. */
  serving(kind: Kind, name: string): Entry | undefined
  /** Any entry of this name, whatever its state, for saying why it does not serve. */
  any(kind: Kind, name: string): Entry | undefined
  readonly bootstrap: JsonObject
  /** `major * 1000 + minor`, or a future version when the dump does not tell. */
  readonly version: number
  readonly runtime: Runtime
}

const indexes = new WeakMap<ConfigDump, DumpIndex>()

export function indexOf(dump: ConfigDump): DumpIndex {
  let index = indexes.get(dump)
  if (index === undefined) {
    index = build(dump)
    indexes.set(dump, index)
  }
  return index
}

/** Only active and static resources carry traffic. */
export function serves(entry: Entry): boolean {
  return entry.state === 'active' || entry.state === 'static'
}

/** So many names of a kind are searched for in the dump; then all of it is read. One request asks for a few. */
const mostSearches = 12

function build(dump: ConfigDump): DumpIndex {
  const few = new Map<Kind, Map<string, Entry | undefined>>()
  const byName = new Map<Kind, Map<string, Entry>>()
  const names = (kind: Kind): Map<string, Entry> => {
    let map = byName.get(kind)
    if (map === undefined) {
      map = new Map()
      for (const entry of dump.entries(kind)) if (serves(entry) && !map.has(entry.name)) map.set(entry.name, entry)
      byName.set(kind, map)
    }
    return map
  }
  let runtime: Runtime | undefined
  return {
    dump,
    serving(kind, name) {
      const found = few.get(kind) ?? new Map<string, Entry | undefined>()
      if (found.size >= mostSearches) return names(kind).get(name)
      few.set(kind, found)
      if (!found.has(name)) found.set(name, dump.named(kind, name).find(serves))
      return found.get(name)
    },
    any: (kind, name) => dump.entries(kind).find((entry) => entry.name === name),
    get bootstrap() {
      return objectOf(dump.entries('bootstrap')[0]?.resource)
    },
    get version() {
      return envoyVersion(dump) ?? latestEnvoy
    },
    get runtime() {
      runtime ??= runtimeOf(objectOf(dump.entries('bootstrap')[0]?.resource))
      return runtime
    },
  }
}
