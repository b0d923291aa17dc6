import type { Args, Command } from '../../contract/command.ts'
import type { IO } from '../../contract/io.ts'
import { kubeFlags } from '../../contract/kubectl-options.ts'
import { captureOf } from '../../contract/selection.ts'
import { objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { pathSegment } from '../../mesh/api/path-segment.ts'
import { homeFolder } from '../run/home-folder.ts'
import type { Lookups } from './lookups.ts'

/** One page is enough: nobody picks from more names than that. */
const page = 'limit=500'

type ClusterLookups = Pick<Lookups, 'contexts' | 'kubeClusters' | 'users' | 'namespaces' | 'objects'>

/** Names in the kubeconfig, and of objects in its cluster. @param parsed the flags of the finished words */
export function clusterLookups(command: Command, parsed: () => Promise<Args>, io: IO): ClusterLookups {
  const host = {
    env: io.env,
    homedir: homeFolder(io.env),
    cwd: io.cwd,
    stdinIsTerminal: false,
    writeStderr: () => {},
    note: () => {},
  }

  async function kubeconfig() {
    const { loadKubeconfig } = await import('../../fetch/kube/auth/kubeconfig.ts')
    return loadKubeconfig((await parsed()).string('kubeconfig'), host)
  }

  async function api() {
    const args = await parsed()
    const capture = captureOf(args)
    if (capture !== undefined) return (await import('../run/captured.ts')).captured(capture, args, host.note)
    const { resolveAccess } = await import('../../fetch/kube/auth/resolve-access.ts')
    const { openConnection } = await import('../../fetch/kube/api/connection.ts')
    const { openApi } = await import('../../fetch/kube/api/api.ts')
    const ownCluster = command.options.some(({ name }) => name === 'cluster')
    const access = resolveAccess(kubeFlags(args, ownCluster), host)
    const connection = openConnection(access, host)
    return { namespace: access.namespace, get: openApi(connection).get, close: () => connection.close() }
  }

  async function names(pathIn: (namespace: string) => string): Promise<string[]> {
    const { namespace, get, close } = await api()
    try {
      const { items } = await get(pathIn(pathSegment(namespace)), io.signal)
      return objectsOf(items).flatMap(({ metadata }) => stringOf(objectOf(metadata).name) ?? [])
    } finally {
      close()
    }
  }

  return {
    contexts: async () => [...(await kubeconfig()).contexts.keys()],
    kubeClusters: async () => [...(await kubeconfig()).clusters.keys()],
    users: async () => [...(await kubeconfig()).users.keys()],
    namespaces: () => names(() => `/api/v1/namespaces?${page}`),
    async objects(type) {
      const { findWorkload, isPodType } = await import('../../mesh/pods/workloads.ts')
      if (isPodType(type)) {
        return await names((ns) => `/api/v1/namespaces/${ns}/pods?${page}&fieldSelector=status.phase%3DRunning`)
      }
      const workload = findWorkload(type)
      const root = workload?.roots[0]
      if (workload === undefined || root === undefined) return []
      return await names((ns) => `${root}/namespaces/${ns}/${workload.resource}?${page}`)
    },
  }
}
