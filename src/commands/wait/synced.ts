import { isInSync } from '../../analyses/status/mesh-notes.ts'
import { overallStatus, type ProxyStatus } from '../../analyses/status/proxy-status.ts'
import type { Verdict } from '../../analyses/wait/wait-condition.ts'
import type { Args, Context } from '../../contract/command.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { ownAccount } from '../status/own-account.ts'
import { statusOfMesh } from '../status/status-mesh.ts'

/** Whether each pod has accepted what was sent to it, as its control plane says. */
export async function syncedOf(
  proxies: readonly MeshProxy[],
  args: Args,
  context: Context,
): Promise<ReadonlyMap<string, Verdict>> {
  const told = (await statusOfMesh(args, context)).proxies
  const byName = new Map(told.map((status) => [status.name, status]))
  return new Map(
    proxies.map(({ id: { name } }): [string, Verdict] => {
      const status = byName.get(name)
      return [
        name,
        status === undefined
          ? { met: false, reason: 'no control plane knows it: it is not connected' }
          : syncedVerdict(status),
      ]
    }),
  )
}

/** The same of a file or URL, by its self-reported status. */
export function ownSynced(context: Context): (proxy: MeshProxy) => Promise<Verdict> {
  return async (proxy) => syncedVerdict(await ownAccount(proxy, proxy.id.name, context))
}

function syncedVerdict(status: ProxyStatus): Verdict {
  const late = [...status.types].filter(([, type]) => type.status !== 'SYNCED' && type.status !== 'IGNORED')
  const reason = late.map(([type, own]) => `${type} ${own.status}`).join(', ') || overallStatus(status)
  return { met: isInSync([status]), reason }
}
