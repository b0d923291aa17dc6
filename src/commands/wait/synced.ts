import { isInSync } from '../../analyses/status/mesh-notes.ts'
import { overallStatus } from '../../analyses/status/proxy-status.ts'
import type { Verdict } from '../../analyses/wait/wait-condition.ts'
import type { Args, Context } from '../../contract/command.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { ownAccount } from '../status/own-account.ts'
import { statusOfMesh } from '../status/status-mesh.ts'

/** Whether each proxy has accepted what was sent to it, as its control plane says; of files and URLs their self-reported status. */
export async function syncedOf(
  proxies: readonly MeshProxy[],
  args: Args,
  context: Context,
): Promise<ReadonlyMap<string, Verdict>> {
  const ofPods = proxies.some(({ id }) => id.pod !== undefined)
  const told = ofPods ? (await statusOfMesh(args, context)).proxies : []
  const byName = new Map(told.map((status) => [status.name, status]))
  const found = await Promise.all(
    proxies.map(async (proxy): Promise<[string, Verdict]> => {
      const { name } = proxy.id
      const status = byName.get(name) ?? (ofPods ? undefined : await ownAccount(proxy, name, context))
      if (status === undefined) return [name, { met: false, reason: 'no control plane knows it: it is not connected' }]
      const late = [...status.types].filter(([, type]) => type.status !== 'SYNCED' && type.status !== 'IGNORED')
      const reason = late.map(([type, own]) => `${type} ${own.status}`).join(', ') || overallStatus(status)
      return [name, { met: isInSync([status]), reason }]
    }),
  )
  return new Map(found)
}
