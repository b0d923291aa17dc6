import type { Context } from '../../contract/command.ts'
import { formatNamed } from '../../contract/output-options.ts'
import { restoredError, type SerializedError, serializedError } from '../../contract/serialized-error.ts'
import type { ResultCodec } from '../../contract/threads.ts'
import { hasEnvoyLayout } from '../../envoy/input/envoy-layout.ts'
import { AppError } from '../../errors.ts'
import { requiredPage } from '../../mesh/proxies/pages.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { AnyResourceKind } from '../../resources/resource-kind.ts'
import type { View } from '../../view.ts'
import { dumpPath, dumpWithEndpoints } from '../proxies/dump-with-endpoints.ts'
import { type AskedOfKinds, kindsOfProxy, kindView, type LoadedProxy, type ProxyKinds } from '../resources/all-views.ts'

/** A file as it was when its reading began. */
interface FileState {
  readonly size: number
  readonly written: number | undefined
}

/**
 * What a proxy of a large saved dump has of each kind, made kind by kind in several threads, and printed there: the texts cross, no rows.
 * Undefined where that does not pay: what is not read of its file part by part each thread would hold, and other formats than tables print
 * rows one by one.
 * @throws AppError when the dump cannot be read
 */
export async function dividedKinds(
  proxy: MeshProxy,
  asked: AskedOfKinds,
  context: Context,
): Promise<ProxyKinds | undefined> {
  // To ask a live proxy, or to unpack a page of a capture, before it is known whether that pays, is to do it twice.
  if (proxy.live || proxy.packed !== undefined || !formatNamed(context.format.name).showsSections) return undefined
  const page = await requiredPage(proxy, dumpPath, context.io.signal)
  if (page.path === undefined || !hasEnvoyLayout(page)) return undefined
  const state: FileState = { size: page.size, written: page.written?.getTime() }
  const { divide, thread } = await context.fleet()
  let loading: Promise<LoadedProxy> | undefined
  const loaded = () => {
    loading ??= load(proxy, context)
    return loading
  }
  const part = async (number: number) => {
    if (thread !== undefined && isOtherState(state, thread.given as FileState))
      throw new AppError(`the path "${page.path}" has changed while it was read`)
    const kind = byWeight(asked.kinds, await loaded())[number]
    const view = kind && kindView(kind, await loaded(), asked)
    return { name: kind?.name ?? '', view: view instanceof AppError ? view : view && (await context.printed(view)) }
  }
  const work = { size: page.size, parts: asked.kinds.length, part, codec: kindCodec, given: state }
  const results = await divide?.(work)
  return results && kindsOfProxy(await loaded(), new Map(results.map(({ name, view }) => [name, view])))
}

async function load(proxy: MeshProxy, context: Context): Promise<LoadedProxy> {
  return { label: proxy.label, proxy: proxy.id.name, dump: await dumpWithEndpoints(proxy, context) }
}

/** Every thread has the same order: that of the bytes of the sections, the largest first. */
function byWeight(kinds: readonly AnyResourceKind[], { dump }: LoadedProxy): AnyResourceKind[] {
  const weight = ({ entries }: AnyResourceKind) =>
    dump.sections.reduce((sum, { kind, size = 0 }) => (kind === entries ? sum + size : sum), 0)
  return kinds.toSorted((a, b) => weight(b) - weight(a))
}

/** @param main what the main thread reads */
function isOtherState({ size, written }: FileState, main: FileState): boolean {
  return main.size !== size || main.written !== written
}

/** One kind of a proxy. */
interface KindResult {
  readonly name: string
  readonly view: View | AppError | undefined
}

type PlainKind = { readonly name: string } & (
  | { readonly error: SerializedError }
  | { readonly view: Omit<View, 'document' | 'raw'> | undefined }
)

const kindCodec: ResultCodec<KindResult, PlainKind> = {
  encode({ name, view }) {
    if (view instanceof AppError) return { name, error: serializedError(view) }
    if (view === undefined) return { name, view }
    const { document: _, raw: __, ...plain } = view
    return { name, view: plain }
  },
  decode(plain) {
    const nothing = () => ({ value: null })
    if ('view' in plain)
      return { name: plain.name, view: plain.view && { ...plain.view, document: nothing, raw: nothing } }
    const error = restoredError(plain.error)
    if (error instanceof AppError) return { name: plain.name, view: error }
    throw error
  },
}
