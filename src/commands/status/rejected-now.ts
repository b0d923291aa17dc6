import { type Rejecting, rejectingNow } from '../../analyses/status/rejecting.ts'
import type { Context } from '../../contract/command.ts'
import { xdsStats } from '../../envoy/model/update-stats.ts'
import { AppError } from '../../errors.ts'
import { optionalDocument } from '../../mesh/proxies/documents.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'

const page = `stats?filter=${encodeURIComponent('update_rejected$')}&format=json`

/** What a proxy rejects at this moment, by its counters of two questions; nothing where it does not run, or does not answer. */
export async function rejectedNow(proxy: MeshProxy, { io }: Context): Promise<readonly Rejecting[]> {
  if (!proxy.live) return []
  try {
    const before = xdsStats(await optionalDocument(proxy, page, io.signal))
    return rejectingNow(before, xdsStats(await optionalDocument(proxy, page, io.signal)))
  } catch (error) {
    if (!(error instanceof AppError) || io.signal.aborted) throw error
    return []
  }
}
