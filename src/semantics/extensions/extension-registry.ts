import type { TypedConfig } from '../../envoy/model/typed-config.ts'

/** What tells an extension in a configuration. */
export interface ExtensionType {
  /**
   * Full message names of its configuration, `envoy.extensions.filters.http.rbac.v3.RBAC`. Other API versions of the same message
   * (`envoy.config.filter.http.rbac.v2.RBAC`) are found by it as well; only what was renamed is listed again.
   */
  readonly types: readonly string[]
  /** Names that tell it where no type is given, as in API v2: `envoy.fault`, `envoy.filters.http.fault`. */
  readonly names: readonly string[]
  /** Starts of the message names of a whole family: `io.istio.`. Looked at last. */
  readonly packages?: readonly string[]
}

/**
 * Finds the row of an extension in a registry. Envoy goes by the type URL and takes names as free text; a name only counts in a
 * configuration without a type.
 */
export function extensionLookup<Row extends ExtensionType>(
  rows: readonly Row[],
): (config: Pick<TypedConfig, 'type' | 'message'>) => Row | undefined {
  const byType = new Map(rows.flatMap((row) => row.types.map((type) => [versionless(type), row] as const)))
  const byName = new Map(rows.flatMap((row) => row.names.map((name) => [name, row] as const)))
  const families = rows.flatMap((row) => (row.packages ?? []).map((start) => [start, row] as const))
  return ({ type, message }) => {
    if (type === '') return byName.get(message)
    return byType.get(versionless(type)) ?? families.find(([start]) => type.startsWith(start))?.[1]
  }
}

/** `envoy.config.filter.http.rbac.v2.RBAC` and `envoy.extensions.filters.http.rbac.v3.RBAC` are one message. */
function versionless(type: string): string {
  return type
    .replace(/^envoy\.(?:extensions\.filters|config\.filter)\./, 'filters.')
    .replace(/\.v\d+(?:(?:alpha|beta)\d*)?(?=\.[A-Z][^.]*$)/, '')
}
