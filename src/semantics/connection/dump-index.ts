import { bootstrapOf } from '../../envoy/dump/bootstrap-node.ts'
import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import { envoyVersion, latestEnvoy } from '../../envoy/dump/version.ts'
import type { JsonObject } from '../../envoy/json.ts'
import type { Kind } from '../../envoy/kinds.ts'
import { memoizeByObject } from '../../envoy/memoize-by-object.ts'
import { type Runtime, runtimeOf } from '../matching/runtime.ts'

/** Look-ups in one dump that a walk needs, each built when first asked for and kept for the next request. */
export interface DumpIndex {
  readonly dump: ConfigDump
  /** The resource of this name that serves traffic: active or static. */
  serving(kind: Kind, name: string): Entry | undefined
  /** Entries of this name that do not serve: rejected, warming, draining. */
  others(kind: Kind, name: string): readonly Entry[]
  readonly bootstrap: JsonObject
  /** `major * 1000 + minor`, or a future version when the dump does not tell. */
  readonly version: number
  readonly runtime: Runtime
}

/** The look-ups of a dump, the same ones each time. */
export const indexOf: (dump: ConfigDump) => DumpIndex = memoizeByObject(build)

/** Only active and static resources carry traffic. */
export function serves(entry: Entry): boolean {
  return entry.state === 'active' || entry.state === 'static'
}

/** So many names of a kind are searched for in the dump; then all of it is read. One request asks for a few. */
const maxSearches = 12

function build(dump: ConfigDump): DumpIndex {
  const few = new Map<Kind, Map<string, SameName>>()
  const all = new Map<Kind, Map<string, SameName>>()
  const allNames = (kind: Kind): Map<string, SameName> => {
    let map = all.get(kind)
    if (map === undefined) {
      map = byName(dump.entries(kind))
      all.set(kind, map)
    }
    return map
  }
  const look = (kind: Kind, name: string): SameName => {
    const found = few.get(kind) ?? new Map<string, SameName>()
    few.set(kind, found)
    const known = found.get(name)
    if (known !== undefined) return known
    if (found.size >= maxSearches) return allNames(kind).get(name) ?? { others: [] }
    const same = byName(dump.named(kind, name)).get(name) ?? { others: [] }
    found.set(name, same)
    return same
  }
  let runtime: Runtime | undefined
  return {
    dump,
    serving: (kind, name) => look(kind, name).serving,
    others: (kind, name) => look(kind, name).others,
    get bootstrap() {
      return bootstrapOf(dump)
    },
    get version() {
      return envoyVersion(dump) ?? latestEnvoy
    },
    get runtime() {
      runtime ??= runtimeOf(bootstrapOf(dump))
      return runtime
    },
  }
}

/** The entries of one name: the first that serves, and those that do not. */
interface SameName {
  serving?: Entry
  readonly others: Entry[]
}

function byName(entries: readonly Entry[]): Map<string, SameName> {
  const names = new Map<string, SameName>()
  for (const entry of entries) {
    const same = names.get(entry.name) ?? { others: [] }
    names.set(entry.name, same)
    if (serves(entry)) same.serving ??= entry
    else if (!entry.isDuplicate) same.others.push(entry)
  }
  return names
}
