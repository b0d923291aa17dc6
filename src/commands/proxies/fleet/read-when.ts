import type { Context } from '../../../contract/command.ts'
import type { MeshProxy } from '../../../mesh/proxy.ts'

/** Small pages that a capture has of a proxy, one of which was written when the others were. */
const smallPages = ['server_info', 'certs', 'listeners']

/** When a proxy was read: now, or when its pages were written into a capture. Undefined of a file, whose dump may tell more. */
export async function readWhen(
  proxy: MeshProxy,
  { now, signal }: Pick<Context['io'], 'now' | 'signal'>,
): Promise<Date | undefined> {
  if (proxy.live) return now()
  if (proxy.id.pod === undefined) return undefined
  for (const path of smallPages) {
    const page = await proxy.page(path, signal)
    if (page !== 'absent' && page.written !== undefined) return page.written
  }
  return undefined
}
