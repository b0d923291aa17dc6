import { homedir } from 'node:os'
import type { Args, Command } from '../../contract/command.ts'
import type { IO } from '../../contract/io.ts'
import { kubeFlags, withKubectlOptions } from '../../contract/kubectl-options.ts'
import { objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { pathSegment } from '../../mesh/api/path-segment.ts'
import type { Source } from '../../mesh/source.ts'
import { createContext } from '../run/context.ts'
import { readCommandLine } from './command-line.ts'
import type { Lookups } from './lookups.ts'

/** One page is enough: nobody picks from more names than that. */
const page = 'limit=500'

/** Lookups on this machine, in the cluster and in the proxy that the finished words name. Libraries are loaded when asked. */
export function machineLookups(command: Command, finished: readonly string[], io: IO): Lookups {
  const host = {
    env: io.env,
    homedir: io.env.HOME ?? homedir(),
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
  async function proxy(args: Args): Promise<Source | undefined> {
    if (args.string('file') === '-' || args.string('selector') !== undefined) return undefined
    const [source] = await createContext(command, io, () => undefined).open(args)
    return source
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
      const cluster = await createContext(command, io, () => undefined).cluster(args)
      try {
        return (await cluster.pod(target, io.signal)).containers.map(({ name }) => name)
      } finally {
        cluster.close()
      }
    },
    async loggers() {
      const source = await proxy(await parsed())
      if (source === undefined) return []
      const { readLoggers } = await import('../../envoy/model/loggers.ts')
      return [...readLoggers(Buffer.from(await source.read('logging', io.signal, 'POST')).toString('utf8')).keys()]
    },
    async urls() {
      const source = await proxy(await parsed())
      return source === undefined ? [] : ((await command.urls?.(source, io.signal)) ?? [])
    },
    async filterValues(resourceKind, filter) {
      const args = await parsed()
      const source = await proxy(args)
      if (source === undefined) return []
      const { readDump } = await import('../../envoy/input/read-dump.ts')
      const { filterValues } = await import('./filter-values.ts')
      const dump = await readDump(await source.read(resourceKind.path, io.signal), source.label)
      const wanted = Object.fromEntries(
        resourceKind.filters.map(({ name }) => [name, name === filter ? undefined : args.string(name)]),
      )
      return filterValues({ resourceKind, filter, dump, wanted, now: io.now() })
    },
  }
}
