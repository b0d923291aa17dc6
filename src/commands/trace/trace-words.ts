import type { Args, Context } from '../../contract/command.ts'
import { isNamedByFlag } from '../../contract/named-sources.ts'
import { captureOf, selectionOf } from '../../contract/selection.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { stringOf } from '../../envoy/json.ts'
import { AppError, UsageError } from '../../errors.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { Selection } from '../../mesh/selection.ts'
import { workloadOf } from '../../semantics/connection/workload.ts'

/** What the words of a trace say. */
interface Words {
  readonly selection: Selection
  readonly url: string | undefined
  /** Whether the proxy was chosen by labels of the client, of which any will do. */
  readonly isAnyClient: boolean
}

/**
 * The proxy that a request is traced through, and the URL. The last argument is the URL; what stands before it names the proxy, unless
 * a flag does. Without either, --source-labels picks a pod: that is whose sidecar a request of such a client passes.
 * @throws UsageError when one of them is missing
 */
export function wordsOf(args: Args): Words {
  const { positionals } = args
  const labels = args.string('source-labels')
  const [first, second] = positionals
  const urls = args.string('requests') === undefined ? 1 : 0
  const isMissing = (url: string | undefined): boolean => urls > 0 && (url ?? args.string('host')) === undefined
  // A capture of one proxy names it.
  const byFlag = isNamedByFlag(args) || (captureOf(args) !== undefined && first?.includes('://') === true)
  if (byFlag && second?.includes('://'))
    throw new UsageError('only one of POD, --selector, --url and --file can be given')
  const [surplus] = positionals.slice(byFlag ? urls : urls + 1)
  if (surplus !== undefined) throw new UsageError(`unexpected argument: ${JSON.stringify(surplus)}`)
  const isAnyClient = !byFlag && labels !== undefined && positionals.length <= urls
  if (byFlag || isAnyClient) {
    if (isMissing(first)) throw new UsageError('trace needs the URL of the request, or --host', { hint: example })
    const selection: Selection = isAnyClient
      ? { from: 'labels', selector: labels }
      : selectionOf(args, { command: 'trace', targets: [] })
    return { selection, url: first, isAnyClient }
  }
  if (first?.includes('://'))
    throw new UsageError('trace needs the proxy that the request passes, before the URL', { hint: example })
  if (first !== undefined && isMissing(second))
    throw new UsageError(`trace needs the URL of the request after ${first}, or --host`, { hint: example })
  const selection = selectionOf(args, { command: 'trace', targets: first === undefined ? [] : [first] })
  return { selection, url: second, isAnyClient: false }
}

const example = 'For example: kubectl proxy-config trace deploy/productpage http://reviews:9080/reviews/1'

/** @throws UsageError when several are named by something else than labels of the client */
export async function oneProxy({ selection, isAnyClient }: Words, context: Context): Promise<MeshProxy> {
  const [proxy, ...others] = await context.open(selection)
  if (proxy === undefined || (others.length > 0 && !isAnyClient))
    throw new UsageError('trace follows a request through one proxy: name one pod')
  if (others.length > 0) context.note(`${others.length + 1} pods have these labels; traced is ${proxy.label}.`)
  return proxy
}

/**
 * The control plane resolves `sourceLabels` for each proxy, so the dump only has what holds for its own workload.
 * @throws AppError when that workload has other labels than the client is said to have
 */
export function checkSourceLabels(dump: ConfigDump, args: Args, { note }: Context): void {
  const wanted = args.string('source-labels')
  if (wanted === undefined) return
  const { labels } = workloadOf(dump)
  if (labels === undefined) {
    note('The dump does not have the labels of its workload: --source-labels is not checked.')
    return
  }
  const other = wanted.split(',').find((pair) => {
    const [, key, value] = /^\s*([^=!\s]+)\s*==?\s*(\S*)\s*$/.exec(pair) ?? []
    return key !== undefined && stringOf(labels[key]) !== value
  })
  if (other === undefined) return
  const [key = ''] = other.trim().split('=')
  throw new AppError(
    `the workload of this proxy has ${key}=${stringOf(labels[key]) ?? '(none)'}, not ${other.trim()}`,
    {
      hint: `Routes for sourceLabels are only in the proxies that have them: name no pod, and --source-labels ${wanted} picks one.`,
    },
  )
}
