import type { Context } from '../../contract/command.ts'
import type { Json } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import { optionalDocument } from '../../mesh/proxies/documents.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'

/**
 * A second admin page as JSON. Undefined where it is absent or cannot be read: the rows are shown without it, and of a proxy that was
 * asked as it runs a note says so.
 */
export async function readAuxiliaryPage(
  proxy: MeshProxy,
  path: string,
  { io, note }: Context,
): Promise<Json | undefined> {
  try {
    const page = await optionalDocument(proxy, path, io.signal)
    if (page === undefined && proxy.live) throw await proxy.absence(path)
    return page
  } catch (error) {
    if (!(error instanceof AppError) || io.signal.aborted) throw error
    note(`${proxy.label}: /${path} could not be read: ${error.message}`)
    return undefined
  }
}
