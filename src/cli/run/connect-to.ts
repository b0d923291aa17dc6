import type { Args, ClusterSource, Command } from '../../contract/command.ts'
import type { IO } from '../../contract/io.ts'
import { kubeFlags } from '../../contract/kubectl-options.ts'
import { UsageError } from '../../errors.ts'
import type { KubeFlags } from '../../fetch/kube/access/flags.ts'
import type { Cluster } from '../../mesh/cluster.ts'

interface Connecting {
  readonly command: Command
  readonly args: Args
  readonly io: IO
  note(line: string): void
}

/** The cluster that is asked: the Kubernetes client is loaded only for a live one. */
export async function connectTo(source: ClusterSource, { command, args, io, note }: Connecting): Promise<Cluster> {
  if (source !== 'live' && 'capture' in source)
    return (await import('./captured.ts')).captured(source.capture, args, note)
  const { liveCluster } = await import('../../fetch/live/live-cluster.ts')
  const { homeFolder } = await import('./home-folder.ts')
  // What prints the answer is loaded while the API server is waited for: the connection is begun before.
  setImmediate(() => import('./render-view.ts'))
  const ownCluster = command.options.some(({ name }) => name === 'cluster')
  const flags = kubeFlags(args, ownCluster)
  if (source !== 'live') refuseOneCluster(flags)
  return liveCluster(source === 'live' ? flags : { ...flags, context: source.context }, {
    env: io.env,
    homedir: homeFolder(io.env),
    cwd: io.cwd,
    // Node makes a stream of standard input, with all of its file system, when it is asked for.
    get stdinIsTerminal() {
      return io.stdinIsTTY
    },
    writeStderr: (text) => io.warn(text),
    note,
    progress: io.progress,
  })
}

/** @throws UsageError for a flag with which every context would lead to the same cluster */
function refuseOneCluster({ server, cluster }: KubeFlags): void {
  if (server === undefined && cluster === undefined) return
  throw new UsageError(`--${server === undefined ? 'cluster' : 'server'} names one cluster, and --contexts several`, {
    hint: 'Each context has its own cluster: kubectl config get-contexts lists them.',
  })
}
