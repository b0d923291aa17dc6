import type { Args, ClusterSource, Command, Context, OpenOptions } from '../../contract/command.ts'
import type { IO } from '../../contract/io.ts'
import { captureOf, proxyOptions } from '../../contract/selection.ts'
import { savedProxies } from '../../fetch/saved/saved-proxies.ts'
import type { Cluster } from '../../mesh/cluster.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { Selection } from '../../mesh/selection.ts'
import { safeLine } from '../../output/text/safe-line.ts'
import type { ReadyFormat } from './ready-format.ts'

interface Wanted {
  readonly format: ReadyFormat
  /** What follows the command's name: threads are given it. Without it there are none. */
  readonly words?: readonly string[]
  /** Called with the reason why the answer is incomplete. */
  readonly incomplete: Context['incomplete']
}

/**
 * What a command gets to work with.
 */
export function createContext(command: Command, args: Args, io: IO, { format, words, incomplete }: Wanted): Context {
  const said = new Set<string>()
  const note = (line: string) => {
    if (!said.has(line)) io.warn(`${safeLine(line)}\n`)
    said.add(line)
  }

  let connected: Promise<Cluster> | undefined
  const clusterOf = async (source: ClusterSource, told = note) =>
    (await import('./connect-to.ts')).connectTo(source, { command, args, io, note: told })
  const connect = (name?: string) => {
    const capture = captureOf(args)
    // Pods of two clusters can have one name.
    if (name !== undefined) return clusterOf({ context: name }, (line) => note(`context ${name}: ${line}`))
    return clusterOf(capture === undefined ? 'live' : { capture })
  }
  const cluster = () => {
    connected ??= connect()
    return connected
  }

  const opened: (readonly MeshProxy[])[] = []

  async function open(...given: Parameters<Context['open']>): ReturnType<Context['open']> {
    const at = opened.push([]) - 1
    const proxies = await find(...given)
    opened[at] = proxies
    return proxies
  }

  async function find(
    selection: Selection,
    { about = 'config_dump', incomplete: own, ...way }: OpenOptions = {},
  ): Promise<readonly MeshProxy[]> {
    if (selection.from === 'files') return savedProxies(selection.files, { input: io, about, note }, selection.eachDump)
    if (selection.from === 'url')
      return [(await import('./endpoint-proxy.ts')).endpointProxy(selection.url, args, io, note)]
    // At once: what is found may fail, and nothing is said at the end.
    const lacks =
      own ??
      ((why: string) => {
        note(why)
        incomplete(why)
      })
    const passedOver = args.string('namespace') === undefined ? { passedOver: note } : {}
    const asking = { ...proxyOptions(args), ...way, about, signal: io.signal, incomplete: lacks, ...passedOver }
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
    clusterOf: (source) => clusterOf(source),
    open,
    fleet: async () =>
      (await import('./fleet-options.ts')).fleetOptions(args, { command, words, opened, io, note, incomplete }),
    printed: async (view) => (await import('./printed-view.ts')).printedView(view, args, { format, io }),
    async render(view, part) {
      const { renderView } = await import('./render-view.ts')
      return renderView(view, args, { format, io, note, part })
    },
  }
}
