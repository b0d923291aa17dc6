import { AppError } from '../../errors.ts'
import type { Cluster } from '../../mesh/cluster.ts'
import { selectedProxies } from '../../mesh/proxies/selected-proxies.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { PodSelection } from '../../mesh/selection.ts'

interface Contexts {
  readonly names: readonly string[]
  /** @throws AppError when the kubeconfig has no such context */
  cluster(context: string): Promise<Cluster>
  /** Called with the contexts that could not be read. */
  incomplete(why: string): void
}

/**
 * The proxies of several clusters, each with its context. A cluster that cannot be read hides no other.
 * @throws the first error when none can be read
 */
export async function proxiesOfContexts(
  { names, cluster, incomplete }: Contexts,
  selection: PodSelection,
  asking: Parameters<typeof selectedProxies>[2],
): Promise<readonly MeshProxy[]> {
  const told = (context: string) => ({
    ...asking,
    incomplete: (why: string) => incomplete(`context ${context}: ${why}`),
  })
  const found = await Promise.all(
    names.map(async (context) => {
      try {
        const proxies = await selectedProxies(await cluster(context), selection, told(context))
        return proxies.map((proxy) => inContext(proxy, context))
      } catch (error) {
        if (!(error instanceof AppError) || asking.signal.aborted) throw error
        return { context, error }
      }
    }),
  )
  const failed = found.filter((each) => 'error' in each)
  const [first] = failed
  if (first !== undefined && failed.length === names.length) throw first.error
  for (const { context, error } of failed) incomplete(`error: context ${context}: ${error.message}`)
  return found.flatMap((each) => ('error' in each ? [] : each))
}

/** The proxy with its context in front of its name: two clusters can have pods of one name. */
function inContext(proxy: MeshProxy, context: string): MeshProxy {
  return {
    ...proxy,
    id: { ...proxy.id, name: `${context}/${proxy.id.name}`, context },
    label: `${proxy.label} of context ${context}`,
  }
}
