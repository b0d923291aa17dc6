import type { Args, ClusterSource, Command, Context, OpenOptions } from '../../contract/command.ts'
import type { IO } from '../../contract/io.ts'
import { kubeFlags } from '../../contract/kubectl-options.ts'
import { captureOf, proxyOptions } from '../../contract/selection.ts'
import { savedProxies } from '../../fetch/saved/saved-proxies.ts'
import type { Cluster } from '../../mesh/cluster.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { Selection } from '../../mesh/selection.ts'
import { safeLine } from '../../output/text/safe-line.ts'
import type { ReadyFormat } from './ready-format.ts'

interface Wanted {
  readonly format: ReadyFormat
  /** Is told why the answer is incomplete. */
  readonly incomplete: Context['incomplete']
}

interface Connecting {
  readonly command: Command
  readonly args: Args
  readonly io: IO
  note(line: string): void
}

/** The Kubernetes client is loaded only when a cluster is asked for. */
async function connectTo(source: ClusterSource, { command, args, io, note }: Connecting): Promise<Cluster> {
  if (source !== 'live' && 'capture' in source)
    return (await import('./captured.ts')).captured(source.capture, args, note)
  const { liveCluster } = await import('../../fetch/live/live-cluster.ts')
  const { homeFolder } = await import('./home-folder.ts')
  const ownCluster = command.options.some(({ name }) => name === 'cluster')
  const flags = kubeFlags(args, ownCluster)
  return liveCluster(source === 'live' ? flags : { ...flags, context: source.context }, {
    env: io.env,
    homedir: homeFolder(io.env),
    cwd: io.cwd,
    stdinIsTerminal: io.stdinIsTTY,
    writeStderr: (text) => io.warn(text),
    note,
    progress: io.progress,
  })
}

/**
 * What a command gets to work with.
 */
export function createContext(command: Command, args: Args, io: IO, { format, incomplete }: Wanted): Context {
  const said = new Set<string>()
  const note = (line: string) => {
    if (!said.has(line)) io.warn(`${safeLine(line)}\n`)
    said.add(line)
  }

  let connected: Promise<Cluster> | undefined
  const clusterOf = (source: ClusterSource) => connectTo(source, { command, args, io, note })
  const connect = (name?: string) => {
    const capture = captureOf(args)
    return clusterOf(capture === undefined ? (name === undefined ? 'live' : { context: name }) : { capture })
  }
  const cluster = () => {
    connected ??= connect()
    return connected
  }

  async function open(
    selection: Selection,
    { about = 'config_dump', ...way }: OpenOptions = {},
  ): Promise<readonly MeshProxy[]> {
    if (selection.from === 'files') return savedProxies(selection.files, { input: io, about, note }, selection.eachDump)
    if (selection.from === 'url')
      return [(await import('./endpoint-proxy.ts')).endpointProxy(selection.url, args, io, note)]
    // Said at once: what is found may fail, and then nothing is said at the end.
    const lacks = (why: string) => {
      note(why)
      incomplete(why)
    }
    const asking = { ...proxyOptions(args), ...way, about, signal: io.signal, incomplete: lacks }
    const { contexts: names } = selection
    if (names !== undefined) {
      const { proxiesOfContexts } = await import('./contexts.ts')
      return proxiesOfContexts({ names, cluster: connect, incomplete: lacks }, selection, asking)
    }
    const [kube, { selectedProxies }] = await Promise.all([cluster(), import('../../mesh/proxies/selected-proxies.ts')])
    return selectedProxies(kube, selection, asking)
  }

  return {
    io,
    note,
    format,
    incomplete,
    cluster,
    clusterOf,
    open,
    fleet: async () => (await import('./fleet-wishes.ts')).fleetWishes(args),
    async render(view, part) {
      const { renderView } = await import('./render-view.ts')
      return renderView(view, args, { format, io, note, part })
    },
  }
}
