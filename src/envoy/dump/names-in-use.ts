import { isObject, type Json } from '../json.ts'
import type { Kind } from '../kinds.ts'
import { memoizeByObject } from '../memoize-by-object.ts'
import type { ConfigDump } from './config-dump.ts'

/** Kinds that Envoy keeps for as long as something uses them: a subscription of its own for each name. */
export type SubscribedKind = 'routes' | 'secrets' | 'ecds'

/** Where a resource of a kind can be named, and what names it. */
interface Naming {
  readonly within: readonly Kind[]
  /** The name that a member of a resource gives, `holder` being the object that the member is in; undefined where it gives none. */
  nameOf(field: string, value: Json | undefined, holder: Readonly<Record<string, Json | undefined>>): Json | undefined
}

const namings: Readonly<Record<SubscribedKind, Naming>> = {
  // Rds and ScopedRouteConfiguration; what stands inline is in the dump's section of routes under its own name.
  routes: {
    within: ['listeners', 'scopedRoutes'],
    nameOf: (field, value) =>
      field === 'route_config_name' || field === 'route_configuration_name'
        ? value
        : field === 'route_config' && isObject(value)
          ? (value.name ?? '')
          : undefined,
  },
  // SdsSecretConfig, of TLS contexts, of filters and of what routes have for them.
  secrets: {
    within: ['listeners', 'clusters', 'bootstrap', 'ecds', 'routes'],
    nameOf: (field, _, holder) => (field === 'sds_config' ? holder.name : undefined),
  },
  ecds: {
    within: ['listeners', 'clusters', 'ecds'],
    nameOf: (field, _, holder) => (field === 'config_discovery' ? holder.name : undefined),
  },
}

/**
 * The names of a kind that anything in a dump names which is not draining. What has another name is only used by connections from before a
 * listener or filter chain was removed: these can last until the drain time is over. (`--drain-time-s`, 600 s by default)
 */
export function namesInUse(dump: ConfigDump, kind: SubscribedKind): ReadonlySet<string> {
  return namesOf[kind](dump)
}

const namesOf: Readonly<Record<SubscribedKind, (dump: ConfigDump) => ReadonlySet<string>>> = {
  routes: memoizeByObject((dump) => namedIn(dump, namings.routes)),
  secrets: memoizeByObject((dump) => namedIn(dump, namings.secrets)),
  ecds: memoizeByObject((dump) => namedIn(dump, namings.ecds)),
}

function namedIn(dump: ConfigDump, { within, nameOf }: Naming): ReadonlySet<string> {
  const names = new Set<string>()
  const add = (value: Json | undefined): void => {
    if (Array.isArray(value)) value.forEach(add)
    if (!isObject(value)) return
    for (const [field, inner] of Object.entries(value)) {
      const name = nameOf(field, inner, value)
      if (typeof name === 'string') names.add(name)
      add(inner)
    }
  }
  for (const kind of within) {
    if (!dump.has(kind)) continue
    for (const { state, resource } of dump.entries(kind)) if (state !== 'draining') add(resource)
  }
  return names
}
