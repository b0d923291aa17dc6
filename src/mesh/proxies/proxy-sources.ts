import { AppError } from '../../errors.ts'
import type { Cluster } from '../cluster.ts'
import type { PodQuery } from '../pods/find-pods.ts'
import { isIstioProxy, isOtherProxy, proxyTypeOf } from '../pods/proxy-pods.ts'
import type { Source } from '../source.ts'
import type { SourcesOptions } from './sources.ts'

/**
 * Every pod of a namespace, or of all, that runs an Envoy, whoever put it there.
 * @throws AppError when there is none
 */
export async function proxySources(
  cluster: Cluster,
  { namespace, selector }: PodQuery,
  { signal, ...options }: SourcesOptions,
): Promise<readonly Source[]> {
  const pods = await cluster.list({ namespace, selector }, signal)
  const proxies = pods.filter((pod) => (isIstioProxy(pod) && proxyTypeOf(pod) !== 'ztunnel') || isOtherProxy(pod))
  if (proxies.length > 0) return proxies.map((pod) => cluster.source(pod, options))
  const where = namespace === '' ? 'in any namespace' : `in namespace "${namespace}"`
  throw new AppError(`no running pods with a proxy ${where}${selector === undefined ? '' : ` match "${selector}"`}`, {
    hint:
      namespace === ''
        ? 'A pod whose proxy is not recognised can be named.'
        : 'Try: -A for all namespaces, or name a pod.',
  })
}
