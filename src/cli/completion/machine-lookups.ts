import type { Args, Command } from '../../contract/command.ts'
import type { IO } from '../../contract/io.ts'
import { kubeFlags, withKubectlOptions } from '../../contract/kubectl-options.ts'
import { selectionOf } from '../../contract/selection.ts'
import { objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { pathSegment } from '../../mesh/api/path-segment.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import { createContext } from '../run/context.ts'
import { homeFolder } from '../run/home-folder.ts'
import { readCommandLine } from './command-line.ts'
import type { Lookups } from './lookups.ts'

/** A TAB prints no view. */
const unprinted = { format: { name: 'table', shows: 'rows' }, incomplete: () => undefined } as const

/** One page is enough: nobody picks from more names than that. */
const page = 'limit=500'

/** Lookups on this machine, in the cluster and in the proxy that the finished words name. Libraries are loaded when asked. */
export function machineLookups(command: Command, finished: readonly string[], io: IO): Lookups {
  const host = {
    env: io.env,
    homedir: homeFolder(io.env),
    cwd: io.cwd,
    stdinIsTerminal: false,
    writeStderr: () => {},
    note: () => {},
  }

  async function parsed(): Promise<Args> {
    const { parseArgs } = await import('../arguments/parse-args.ts')
    const options = withKubectlOptions(command.options)
    const { awaiting } = readCommandLine(finished, options)
    return parseArgs(awaiting === undefined ? finished : finished.slice(0, -1), options, command.positionals.most)
  }

  async function kubeconfig() {
    const { loadKubeconfig } = await import('../../fetch/kube/auth/kubeconfig.ts')
    return loadKubeconfig((await parsed()).string('kubeconfig'), host)
  }

  async function api() {
    const { resolveAccess } = await import('../../fetch/kube/auth/resolve-access.ts')
    const { openConnection } = await import('../../fetch/kube/api/connection.ts')
    const { openApi } = await import('../../fetch/kube/api/api.ts')
    const ownCluster = command.options.some(({ name }) => name === 'cluster')
    const access = resolveAccess(kubeFlags(await parsed(), ownCluster), host)
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

  /** The proxy on the command line. Standard input belongs to the terminal, and a selector may stand for many proxies. */
  async function proxy(args: Args, about?: string): Promise<MeshProxy | undefined> {
    const targets = args.positionals.slice(0, 1)
    const selection = selectionOf(args, { command: command.name, targets })
    if (selection.from === 'labels' || (selection.from === 'files' && selection.files.includes('-'))) return undefined
    const context = createContext(command, args, io, unprinted)
    const [found] = await context.open(selection, about === undefined ? {} : { about })
    return found
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
    async containers() {
      const args = await parsed()
      const [target] = args.positionals
      if (target === undefined) return []
      const cluster = await createContext(command, args, io, unprinted).cluster()
      try {
        return (await cluster.pod(target, io.signal)).containers.map(({ name }) => name)
      } finally {
        cluster.close()
      }
    },
    async loggers() {
      const found = await proxy(await parsed())
      if (found === undefined) return []
      const [{ readLoggers }, { posted }] = await Promise.all([
        import('../../envoy/model/loggers.ts'),
        import('../../mesh/proxies/pages.ts'),
      ])
      return [...readLoggers(await posted(found, 'logging', io.signal)).keys()]
    },
    async urls() {
      const found = await proxy(await parsed())
      return found === undefined ? [] : ((await command.urls?.(found, io.signal)) ?? [])
    },
    async filterValues(resourceKind, filter) {
      const args = await parsed()
      const found = await proxy(args, resourceKind.path)
      if (found === undefined) return []
      const [{ readDump }, { filterValues }, { requiredPage }] = await Promise.all([
        import('../../envoy/input/read-dump.ts'),
        import('./filter-values.ts'),
        import('../../mesh/proxies/pages.ts'),
      ])
      const dump = await readDump(await requiredPage(found, resourceKind.path, io.signal), found.label)
      const wanted = Object.fromEntries(
        resourceKind.filters.map(({ name }) => [name, name === filter ? undefined : args.string(name)]),
      )
      return filterValues({ resourceKind, filter, dump, wanted, now: io.now() })
    },
  }
}
