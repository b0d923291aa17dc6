import type { AnyResourceKind } from '../../resources/resource-kind.ts'
import type { WantedFilters } from '../../resources/view-options.ts'

/**
 * The admin path of a resourceKind, narrowed to the names that its filters ask for: of a large proxy a few kilobytes come instead of
 * everything. The filters still decide; Envoy before 1.19 does not know the parameter and answers with everything.
 * https://www.envoyproxy.io/docs/envoy/latest/operations/admin#get--config_dump?name_regex=
 */
export function narrowedPath({ path, filters }: AnyResourceKind, wanted: WantedFilters): string {
  for (const { name, byName } of filters) {
    const text = wanted[name]
    if (byName === undefined || text === undefined) continue
    // `_.` may be the spelling of a pipe, as the filters take it.
    const literal = text.replaceAll(/[!-/:-@[-`{-~]/g, '\\$&').replaceAll('\\_\\.', '(?:\\_\\.|\\|)')
    const regex = byName === 'equals' ? `(?is)${literal}` : `(?is).*${literal}.*`
    return `${path}&name_regex=${encodeURIComponent(regex.toWellFormed())}`
  }
  return path
}
