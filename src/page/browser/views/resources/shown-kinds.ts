import type { ConfigDump } from '../../../../envoy/dump/config-dump.ts'
import { resourceKinds } from '../../../../resources/index.ts'
import type { AnyResourceKind } from '../../../../resources/resource-kind.ts'
import type { PageProxy } from '../../proxies.ts'

/** A kind of resource that a proxy has. */
interface ShownKind {
  /** As addresses name it: `cluster`. */
  readonly kind: string
  /** `Clusters` */
  readonly text: string
  /** How many it has, where they are a list. */
  readonly count: number | undefined
}

/** The kinds that the dump of a proxy has, in the order of the program's list. */
export async function shownKinds(proxy: PageProxy): Promise<ShownKind[]> {
  const dump = await proxy.dump()
  return resourceKinds
    .filter((kind) => isInDump(kind, dump))
    .map((kind) => ({
      kind: wordOf(kind),
      text: titleOf(kind),
      count: isTable(kind) ? dump.entries(kind.entries).filter(({ isDuplicate }) => !isDuplicate).length : undefined,
    }))
    .filter(({ count }) => count !== 0)
}

/** The kind that an address names: in singular, in plural, or by an alias of the command. */
export function kindNamed(word: string): AnyResourceKind | undefined {
  return (
    resourceKinds.find(({ kind }) => kind === word) ??
    resourceKinds.find(({ name, aliases }) => name === word || aliases.includes(word))
  )
}

/** The name of a kind at the beginning of a line: `Clusters`, `EDS`. */
export function titleOf({ name }: AnyResourceKind): string {
  return /^e?c?ds$/.test(name) ? name.toUpperCase() : `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`
}

/** How addresses name a kind: in singular, but for one whose singular is that of another. */
export function wordOf(kind: AnyResourceKind): string {
  return resourceKinds.find((each) => each.kind === kind.kind) === kind ? kind.kind : kind.name
}

/** Whether a kind is shown as a table and not as one document. */
export function isTable({ defaultFormat }: AnyResourceKind): boolean {
  return defaultFormat === undefined
}

function isInDump(kind: AnyResourceKind, dump: ConfigDump): boolean {
  return dump.has(kind.entries) || kind.fallback?.(dump) !== undefined || kind.contained?.(dump) !== undefined
}
