import { readDocument } from '../../envoy/input/read-document.ts'
import { objectOf, stringOf } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import type { Source } from '../../mesh/source.ts'
import type { View } from '../../view.ts'

/** A view that shows nothing, with the reason that Envoy itself gives: an Envoy that is not LIVE has not loaded everything yet. */
export async function withServerState(view: View, source: Source, signal: AbortSignal): Promise<View> {
  const state = await serverState(source, signal)
  if (state === undefined || state === 'LIVE') return view
  return { ...view, notes: [...view.notes, `Envoy is ${state}: it has not received all of its configuration yet.`] }
}

async function serverState(source: Source, signal: AbortSignal): Promise<string | undefined> {
  try {
    return stringOf(objectOf(await readDocument(await source.read('server_info', signal), source.label)).state)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return undefined
  }
}
