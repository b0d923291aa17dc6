import type { Args, Context } from '../../contract/command.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { stringOf } from '../../envoy/json.ts'
import { AppError, UsageError } from '../../errors.ts'
import type { Source } from '../../mesh/source.ts'
import { workloadOf } from '../../semantics/connection/capture.ts'
import { forwarded, withPositionals } from '../proxies/forwarded-args.ts'

/**
 * The proxy that a request is traced through, and the URL. The last argument is the URL; what stands before it names the proxy, unless
 * a flag does. Without either, --source-labels picks a pod: that is whose sidecar a request of such a client passes.
 * @throws UsageError when one of them is missing
 */
export function targetAndUrl(args: Args): { target: Args; url: string | undefined } {
  const { positionals } = args
  const labels = args.string('source-labels')
  const [first, second] = positionals
  const urls = args.string('requests') === undefined ? 1 : 0
  const isMissing = (url: string | undefined): boolean => urls > 0 && (url ?? args.string('host')) === undefined
  const byFlag = (args.string('file') ?? args.string('url') ?? args.string('selector')) !== undefined
  if (byFlag && second?.includes('://'))
    throw new UsageError('only one of POD, --selector, --url and --file can be given')
  const [surplus] = positionals.slice(byFlag ? urls : urls + 1)
  if (surplus !== undefined) throw new UsageError(`unexpected argument: ${JSON.stringify(surplus)}`)
  const target = byFlag
    ? withPositionals(args, [])
    : labels !== undefined && positionals.length <= urls
      ? bySelector(args, labels)
      : undefined
  if (target !== undefined) {
    if (isMissing(first)) throw new UsageError('trace needs the URL of the request, or --host', { hint: example })
    return { target, url: first }
  }
  if (first?.includes('://'))
    throw new UsageError('trace needs the proxy that the request passes, before the URL', { hint: example })
  if (first !== undefined && isMissing(second))
    throw new UsageError(`trace needs the URL of the request after ${first}, or --host`, { hint: example })
  return { target: withPositionals(args, first === undefined ? [] : [first]), url: second }
}

const example = 'For example: kubectl proxy-config trace deploy/productpage http://reviews:9080/reviews/1'

/** @throws UsageError when several are named by something else than labels of the client */
export async function oneSource(target: Args, args: Args, context: Context): Promise<Source> {
  const [source, ...others] = await context.open(target)
  const byLabels = target.string('selector') !== args.string('selector')
  if (source === undefined || (others.length > 0 && !byLabels))
    throw new UsageError('trace follows a request through one proxy: name one pod')
  if (others.length > 0) context.note(`${others.length + 1} pods have these labels; traced is ${source.label}.`)
  return source
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

function bySelector(args: Args, labels: string): Args {
  return {
    ...forwarded(args),
    positionals: [],
    string: (name) => (name === 'selector' ? labels : args.string(name)),
  }
}
