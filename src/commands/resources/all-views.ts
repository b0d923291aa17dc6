import type { Args } from '../../contract/command.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { sections } from '../../envoy/kinds.ts'
import { AppError } from '../../errors.ts'
import { dumpDocument } from '../../resources/dump-document.ts'
import type { AnyResourceKind } from '../../resources/resource-kind.ts'
import { resourceView } from '../../resources/resource-view.ts'
import type { View } from '../../view.ts'
import { joinViews } from '../proxies/fleet/join-views.ts'
import { wantedFilters } from './filter-options.ts'
import { shownKinds } from './shown-kinds.ts'

/** Proxies and what they have loaded. */
export interface LoadedProxies {
  /** Whether they are shown as many, also when it is one. */
  readonly many: boolean
  readonly loaded: readonly { readonly label: string; readonly proxy: string; readonly dump: ConfigDump }[]
}

/** The whole dump, of which filters keep a part. */
export function wholeView({ many, loaded }: LoadedProxies, args: Args, now: Date): View {
  const wanted = (resourceKind: AnyResourceKind) => wantedFilters(resourceKind, args)
  const views = loaded.map(({ label, proxy, dump }) => ({
    proxy,
    view: {
      kind: 'dump',
      columns: [],
      rows: [{ name: label, cells: [] }],
      document: () => dumpDocument(shownKinds, dump, { wanted, now, camelCase: true }),
      raw: () => dumpDocument(shownKinds, dump, { wanted, now, camelCase: false }),
      notes: dump.notes,
      empty: '',
    },
  }))
  const [only] = views
  return many || only === undefined ? joinViews(views) : only.view
}

interface Kinds {
  /** Those with rows. */
  readonly tables: readonly { readonly heading: string; readonly view: View }[]
  readonly notes: readonly string[]
  readonly failed: boolean
}

/** A view for each kind that a dump has. A section that cannot be read is named, and the next one shown. */
export function kindsOf({ many, loaded }: LoadedProxies, args: Args, now: Date): Kinds {
  const brief = args.boolean('verbose') === false
  const notes = new Set<string>()
  let failed = false
  const tables = shownKinds.flatMap((resourceKind) => {
    const wanted = wantedFilters(resourceKind, args)
    const views = loaded.flatMap(({ label, proxy, dump }) => {
      if (!dump.has(resourceKind.entries)) return []
      try {
        return [
          {
            proxy,
            view: resourceView(brief ? (resourceKind.compact ?? resourceKind) : resourceKind, dump, {
              wanted,
              label,
              now,
            }),
          },
        ]
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        failed = true
        notes.add(`error: ${error.message}`)
        return []
      }
    })
    const [first] = views
    if (first === undefined) return []
    const view = many ? joinViews(views) : first.view
    for (const note of view.notes) notes.add(note)
    const isFiltered = Object.values(wanted).some((value) => value !== undefined)
    if (view.rows.length === 0 && isFiltered) notes.add(view.empty)
    return view.rows.length === 0 ? [] : [{ heading: `${sections[resourceKind.entries].heading} INFO`, view }]
  })
  for (const { label, dump } of loaded) {
    const types = dump.sections.filter(({ kind }) => kind === undefined).map(({ type }) => type)
    if (types.length > 0) notes.add(`${label} also has ${[...new Set(types)].join(', ')}: shown with -o json.`)
  }
  if (tables.length === 0 && notes.size === 0)
    notes.add(`No resources found in ${loaded.map(({ label }) => label).join(', ')}.`)
  return { tables, notes: [...notes], failed }
}
