import type { Args } from '../../contract/command.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { sections } from '../../envoy/kinds.ts'
import { AppError } from '../../errors.ts'
import { dumpDocument } from '../../resources/dump-document.ts'
import type { AnyResourceKind } from '../../resources/resource-kind.ts'
import { resourceView } from '../../resources/resource-view.ts'
import type { View } from '../../view.ts'
import { joinViews } from '../proxies/fleet/join-views.ts'
import { withoutDocuments } from '../proxies/fleet/without-documents.ts'
import { wantedFilters } from './filter-options.ts'

/** A proxy and what it has loaded. */
export interface LoadedProxy {
  readonly label: string
  readonly proxy: string
  readonly dump: ConfigDump
}

/** What is asked of the kinds that are shown. */
export interface AskedOfKinds {
  readonly kinds: readonly AnyResourceKind[]
  readonly args: Args
  readonly now: Date
}

/**
 * The whole dump, of which filters keep a part.
 * @param many whether they are shown as many, also when it is one
 */
export function wholeView(loaded: readonly LoadedProxy[], many: boolean, { kinds, args, now }: AskedOfKinds): View {
  const wanted = (resourceKind: AnyResourceKind) => wantedFilters(resourceKind, args)
  const views = loaded.map(({ label, proxy, dump }) => ({
    proxy,
    view: {
      kind: 'dump',
      columns: [],
      rows: [{ name: label, cells: [] }],
      document: () => dumpDocument(kinds, dump, { wanted, now, camelCase: true }),
      raw: () => dumpDocument(kinds, dump, { wanted, now, camelCase: false }),
      notes: dump.notes,
      empty: '',
    },
  }))
  const [only] = views
  return many || only === undefined ? joinViews(views) : only.view
}

/** What one proxy has of each kind. Of its dump nothing is held. */
export interface ProxyKinds {
  readonly label: string
  readonly proxy: string
  /** By the name of the kind: its rows, or why they cannot be read. */
  readonly kinds: ReadonlyMap<string, View | AppError>
  /** Types of sections that no kind is about. */
  readonly others: readonly string[]
}

/** The rows of a proxy, kind by kind. A section that cannot be read hides no other. */
export function proxyKinds(loaded: LoadedProxy, asked: AskedOfKinds): ProxyKinds {
  return kindsOfProxy(loaded, new Map(asked.kinds.map((kind) => [kind.name, kindView(kind, loaded, asked)])))
}

/** What a proxy has of kinds, of which those that its dump has no section of are left out. */
export function kindsOfProxy(
  { label, proxy, dump }: LoadedProxy,
  views: ReadonlyMap<string, View | AppError | undefined>,
): ProxyKinds {
  const others = dump.sections.filter(({ kind }) => kind === undefined).map(({ type }) => type)
  const kinds = new Map([...views].flatMap(([name, view]) => (view === undefined ? [] : [[name, view] as const])))
  return { label, proxy, kinds, others: [...new Set(others)] }
}

/** The rows of a kind, or why they cannot be read; undefined where the dump has no section of it. */
export function kindView(
  resourceKind: AnyResourceKind,
  { label, dump }: LoadedProxy,
  { args, now }: AskedOfKinds,
): View | AppError | undefined {
  if (!dump.has(resourceKind.entries)) return undefined
  const shown = args.boolean('verbose') === false ? (resourceKind.compact ?? resourceKind) : resourceKind
  try {
    return withoutDocuments(resourceView(shown, dump, { wanted: wantedFilters(resourceKind, args), label, now }))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return error
  }
}

interface Kinds {
  /** Those with rows. */
  readonly tables: readonly { readonly heading: string; readonly view: View }[]
  readonly notes: readonly string[]
  readonly failed: boolean
}

/**
 * A view for each kind that proxies have. A section that cannot be read is named, and the next one shown.
 * @param many whether they are shown as many, also when it is one
 */
export function kindsOf(proxies: readonly ProxyKinds[], many: boolean, { kinds: all, args }: AskedOfKinds): Kinds {
  const notes = new Set<string>()
  let failed = false
  const tables = all.flatMap((resourceKind) => {
    const views = proxies.flatMap(({ proxy, kinds }) => {
      const view = kinds.get(resourceKind.name)
      if (!(view instanceof AppError)) return view === undefined ? [] : [{ proxy, view }]
      failed = true
      notes.add(`error: ${view.message}`)
      return []
    })
    const [first] = views
    if (first === undefined) return []
    const view = many ? joinViews(views) : first.view
    for (const note of view.notes) notes.add(note)
    const isFiltered = Object.values(wantedFilters(resourceKind, args)).some((value) => value !== undefined)
    const isEmpty = view.rows.length === 0 && view.printed === undefined
    if (isEmpty && isFiltered) notes.add(view.empty)
    return isEmpty ? [] : [{ heading: `${sections[resourceKind.entries].heading} INFO`, view }]
  })
  for (const { label, others } of proxies)
    if (others.length > 0) notes.add(`${label} also has ${others.join(', ')}: shown with -o json.`)
  if (tables.length === 0 && notes.size === 0)
    notes.add(`No resources found in ${proxies.map(({ label }) => label).join(', ')}.`)
  return { tables, notes: [...notes], failed }
}
