import { resourceFilter } from '../../analyses/compare/model/comparable-kinds.ts'
import type { Args, Context } from '../../contract/command.ts'
import { captureOf, isOffline, proxyOptions, savedSources } from '../../contract/selection.ts'
import { UsageError } from '../../errors.ts'
import { selectedProxies } from '../../mesh/proxies/selected-proxies.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { PodSelection } from '../../mesh/selection.ts'

/** What a command line asks to compare. */
export type ComparedSides =
  /** Two proxies. */
  | { readonly are: 'pair'; readonly before: MeshProxy; readonly after: MeshProxy }
  /** Several, each with the others. */
  | { readonly are: 'replicas'; readonly proxies: readonly MeshProxy[] }
  /** The same proxies at two times. */
  | {
      readonly are: 'times'
      readonly before: readonly MeshProxy[]
      readonly after: readonly MeshProxy[]
      /** What the two times are called. */
      readonly names: readonly [before: string, after: string]
    }

/**
 * Reads which proxies are compared.
 * @throws UsageError when the words and flags name no two; AppError when one of them is not there
 */
export async function comparedSides(args: Args, context: Context): Promise<ComparedSides> {
  const targets = args.positionals.filter((word) => resourceFilter(word) === undefined)
  const captures = args.strings('capture')
  if (captures.length > 2) throw new UsageError('two captures can be compared, not more')
  const [capture, second] = captures
  const isAcrossTime = second !== undefined || isWithLive(args)
  if (capture === undefined && isWithLive(args))
    throw new UsageError('-A and --live compare a capture with the live cluster: --capture FILE is missing')
  if (capture === undefined || !isAcrossTime) return ofSources(targets, args, context)
  if (isOffline(args))
    throw new UsageError('--capture stands for the cluster: it goes with neither --url nor --file', {
      hint: podOfCapture,
    })
  const selection = selectionOfTimes(targets, args, second !== undefined)
  const [before, after] = await Promise.all(
    [{ capture }, second === undefined ? ('live' as const) : { capture: second }].map(async (source) => {
      const cluster = await context.clusterOf(source)
      return selectedProxies(cluster, selection, {
        ...proxyOptions(args),
        signal: context.io.signal,
        incomplete: context.incomplete,
      })
    }),
  )
  if (before === undefined || after === undefined) throw new Error('two sources')
  return { are: 'times', before, after, names: [capture, second ?? 'live'] }
}

function isWithLive(args: Args): boolean {
  return args.boolean('live') === true || args.boolean('all-namespaces') === true
}

function selectionOfTimes(targets: readonly string[], args: Args, isBothSaved: boolean): PodSelection {
  const selector = args.string('selector')
  if (targets.length > 0) return { from: 'targets', targets, every: true }
  const everywhere = args.boolean('all-namespaces') === true || (isBothSaved && args.string('namespace') === undefined)
  return { from: 'scope', everywhere, selector }
}

async function ofSources(targets: readonly string[], args: Args, context: Context): Promise<ComparedSides> {
  const { files, urls } = savedSources(args)
  const selector = args.string('selector')
  const count = files.length + urls.length + targets.length + (selector === undefined ? 0 : 1)
  if (count === 0) throw new UsageError('diff needs a workload, or two of POD, TYPE/NAME, --file, --url and --capture')
  // Of a workload that is named alone every replica is meant; beside another, the one that kubectl logs would read.
  const every = count === 1
  const opened = await Promise.all([
    ...files.map((file) => context.open({ from: 'files', files: [file], eachDump: true })),
    ...urls.map((url) => context.open({ from: 'url', url })),
    ...targets.map((target) => context.open({ from: 'targets', targets: [target], every })),
    ...(selector === undefined ? [] : [context.open({ from: 'labels', selector })]),
  ])
  const [first = [], second = []] = opened
  const [before, after] = [first[0], second[0]]
  const proxies = eachPodOnce(opened.flat())
  if (count === 2 && first.length === 1 && second.length === 1 && before !== undefined && after !== undefined)
    if (proxies.length === 2) return { are: 'pair', before, after }
  if (count === 2 && files.length === 2 && first.length > 1 && second.length > 1)
    return { are: 'times', before: first, after: second, names: [files[0] ?? '', files[1] ?? ''] }
  if (proxies.length > 1) return { are: 'replicas', proxies }
  throw new UsageError(`there is one proxy, ${proxies[0]?.label ?? 'none'}: nothing to compare it with`, {
    hint:
      files.length > 0 && captureOf(args) !== undefined
        ? podOfCapture
        : 'Name a second one, or with --capture FILE add --live.',
  })
}

/** Two words can stand for one pod. A file is compared with itself where it is named twice. */
function eachPodOnce(proxies: readonly MeshProxy[]): readonly MeshProxy[] {
  const names = new Set<string>()
  return proxies.filter(({ id }) => id.pod === undefined || (!names.has(id.name) && names.add(id.name)))
}

const podOfCapture = 'To compare a file with a pod of a capture, name the pod: diff POD --file FILE --capture FILE.'
