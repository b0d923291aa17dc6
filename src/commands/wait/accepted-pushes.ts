import type { ProxyStatus } from '../../analyses/status/proxy-status.ts'
import type { AcceptedPush, ObjectHolder } from '../../analyses/wait/delivered.ts'
import type { Args, Context } from '../../contract/command.ts'
import { sections } from '../../envoy/kinds.ts'
import { AppError } from '../../errors.ts'
import { statusOfMesh } from '../status/status-mesh.ts'

/** What the control plane says of a proxy's kinds of resource; undefined where it does not know the proxy. */
export type PushesOf = (proxy: string) => Promise<((kind: ObjectHolder) => AcceptedPush | undefined) | undefined>

/** Asks the control plane once, when the first proxy cannot tell by itself. One that may not or cannot be asked tells nothing. */
export function acceptedPushes(args: Args, context: Context): PushesOf {
  let asked: Promise<ReadonlyMap<string, ProxyStatus>> | undefined
  return async (name) => {
    asked ??= statusByName(args, context)
    const status = (await asked).get(name)
    if (status === undefined) return undefined
    return (kind) => {
      const type = status.types.get(sections[kind].xds ?? '')
      return type === undefined ? undefined : { time: type.acceptedPush, isNewest: type.status === 'SYNCED' }
    }
  }
}

async function statusByName(args: Args, context: Context): Promise<ReadonlyMap<string, ProxyStatus>> {
  const silent = () => undefined
  try {
    const { proxies } = await statusOfMesh(args, { ...context, note: silent, incomplete: silent })
    return new Map(proxies.map((status) => [status.name, status]))
  } catch (error) {
    if (!(error instanceof AppError) || context.io.signal.aborted) throw error
    return new Map()
  }
}
