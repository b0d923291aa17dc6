import { subjectOf } from '../../fetch/capture/format/layout.ts'
import type { CapturedFile, CaptureFailure, Manifest } from '../../fetch/capture/format/manifest.ts'
import type { View, ViewRow } from '../../view.ts'
import { captureColumns } from './capture-schema.ts'

/** What a capture holds: a row for each proxy, each istiod and each list of objects. */
export function captureView(manifest: Manifest): View {
  const { proxies, istiods } = manifest
  const kept = partsOf(manifest)
  const lists = [...kept].filter(([key]) => /^apis?\//.test(key))
  const rows = [
    ...proxies.map((proxy) => row({ kind: 'proxy', ...proxy }, kept.get(keyOf('proxy', proxy)))),
    ...istiods.map((istiod) =>
      row({ kind: 'istiod', ...istiod, version: tagOf(istiod.image) }, kept.get(keyOf('istiod', istiod))),
    ),
    ...lists
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, part]) => row({ kind: 'objects', ...listAt(path), version: null }, part)),
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
}

/** What a capture holds of one thing, and what of it failed. */
interface Part {
  readonly files: CapturedFile[]
  readonly failures: CaptureFailure[]
}

function row({ kind, namespace, name, version }: Thing, part: Part | undefined): ViewRow {
  const failed = part?.failures.length ?? 0
  const bytes = part?.files.reduce((sum, file) => sum + file.bytes, 0) ?? 0
  return {
    name: namespace === undefined ? name : `${name}.${namespace}`,
    cells: [kind, namespace, name, version ?? undefined, part?.files.length ?? 0, bytes, failed],
    ...(failed > 0 ? { tones: { failed: 'warning' as const } } : {}),
  }
}

/** Files and failures by what they are of: a proxy, an istiod, else the path itself. */
function partsOf({ files, failures }: Manifest): ReadonlyMap<string, Part> {
  const parts = new Map<string, Part>()
  const partAt = (path: string): Part => {
    const owner = subjectOf(path)
    const key = owner === undefined ? path : keyOf(owner.kind, owner)
    const part = parts.get(key) ?? { files: [], failures: [] }
    parts.set(key, part)
    return part
  }
  for (const file of files) partAt(file.path).files.push(file)
  for (const failure of failures) partAt(failure.path).failures.push(failure)
  return parts
}

function keyOf(kind: string, { namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${kind} ${namespace}/${name}`
}

/** `api/v1/namespaces/default/pods.json`, `apis/apps/v1/deployments.json` */
function listAt(path: string): Pick<Thing, 'namespace' | 'name'> {
  const [, namespace] = /\/namespaces\/([^/]+)\//.exec(path) ?? []
  return { namespace, name: path.slice(path.lastIndexOf('/') + 1).replace(/\.json$/, '') }
}

function tagOf(image: string | null): string | null {
  return /:([^:/@]+)(?:@.*)?$/.exec(image ?? '')?.[1] ?? null
}
