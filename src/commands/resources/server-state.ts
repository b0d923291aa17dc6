import { objectOf, stringOf } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import { optionalDocument } from '../../mesh/proxies/documents.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { View } from '../../view.ts'

/** A view that shows nothing, with the reason that Envoy itself gives: an Envoy that is not LIVE has not loaded everything yet. */
export async function withServerState(view: View, proxy: MeshProxy, signal: AbortSignal): Promise<View> {
  const state = await serverState(proxy, signal)
  if (state === undefined || state === 'LIVE') return view
  return { ...view, notes: [...view.notes, `Envoy is ${state}: it has not received all of its configuration yet.`] }
}

async function serverState(proxy: MeshProxy, signal: AbortSignal): Promise<string | undefined> {
  try {
    return stringOf(objectOf(await optionalDocument(proxy, 'server_info', signal)).state)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return undefined
  }
}
