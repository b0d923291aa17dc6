import { istiodEntry, objectsEntry, proxyEntry } from '../../fetch/capture/format/layout.ts'
import type { Manifest } from '../../fetch/capture/format/manifest.ts'
import type { View, ViewRow } from '../../view.ts'
import { captureColumns } from './capture-report.ts'

/** What a capture holds: a row for each proxy, each istiod and each list of objects. */
export function captureView(manifest: Manifest): View {
  const rows = [
    ...manifest.proxies.map((proxy) => row({ kind: 'proxy', ...proxy, prefix: proxyEntry(proxy, '') }, manifest)),
    ...manifest.istiods.map((istiod) =>
      row({ kind: 'istiod', ...istiod, version: tagOf(istiod.image), prefix: istiodEntry(istiod, '') }, manifest),
    ),
    ...objectRows(manifest),
  ]
  return {
    kind: 'captured',
    columns: captureColumns,
    rows,
    document: () => ({ value: manifest }),
    raw: () => ({ value: manifest }),
    notes: [],
    empty: 'The capture holds nothing.',
  }
}

interface Thing {
  readonly kind: string
  readonly namespace: string | undefined
  readonly name: string
  readonly version: string | null
  /** What the paths of its files begin with. */
  readonly prefix: string
}

function row({ kind, namespace, name, version, prefix }: Thing, { files, failures }: Manifest): ViewRow {
  const own = files.filter(({ path }) => path.startsWith(prefix))
  const failed = failures.filter(({ path }) => path.startsWith(prefix)).length
  const bytes = own.reduce((sum, file) => sum + file.bytes, 0)
  return {
    name: namespace === undefined ? name : `${name}.${namespace}`,
    cells: [kind, namespace, name, version ?? undefined, own.length, bytes, failed],
    ...(failed > 0 ? { tones: { failed: 'warning' as const } } : {}),
  }
}

/** Lists of the API, those of single namespaces as well. */
function objectRows(manifest: Manifest): readonly ViewRow[] {
  const paths = [...manifest.files, ...manifest.failures]
    .map(({ path }) => path)
    .filter((path) => /^apis?\//.test(path))
  return [...new Set(paths)].sort().map((path) => {
    const [, namespace] = /\/namespaces\/([^/]+)\//.exec(path) ?? []
    const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.json$/, '')
    return row(
      { kind: 'objects', namespace, name, version: null, prefix: objectsEntry(path).replace(/\.json$/, '') },
      manifest,
    )
  })
}

function tagOf(image: string | null): string | null {
  return /:([^:/@]+)(?:@.*)?$/.exec(image ?? '')?.[1] ?? null
}
