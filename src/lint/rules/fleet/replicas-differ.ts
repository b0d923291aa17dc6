import { countText } from '../../../envoy/text/count-text.ts'
import type { FleetProxy } from '../../fleet/fleet.ts'
import type { FleetRule } from '../../rule.ts'

/** Replicas of a workload have loaded different configuration. */
export const replicasDiffer: FleetRule = {
  id: 'replicas-differ',
  profile: 'fleet',
  severity: 'warning',
  title: 'Replicas of a workload have loaded different configuration',
  detects:
    'Listeners, routes, clusters and endpoints of proxies of one workload and template that are not equal, without what belongs to the pod (name, addresses, node), priorities and weights of localities, versions and order.',
  impact: 'The same request is answered in another way by another replica: errors that come and go.',
  exceptions:
    'While configuration is pushed, replicas differ for a moment: ask again. Services with internalTrafficPolicy Local rightly differ by node.',
  fix: 'See what differs: kubectl proxy-config diff of the workload. See which replica is out of sync: kubectl proxy-status.',
  sources: ['https://github.com/istio/istio/issues/25685'],
  needs: ['proxies'],
  *checkFleet({ proxies }) {
    for (const [workload, replicas] of Map.groupBy(proxies, ({ workload }) => workload)) {
      if (workload === undefined) continue
      const [usual, ...others] = variantsOf(replicas)
      if (usual === undefined) continue
      for (const { loaded, names } of others) {
        const { text, first } = differenceText(usual.loaded, loaded)
        const [reference] = usual.names
        yield {
          message: `${countText(names.length, 'replica')} of ${workload} ${names.length === 1 ? 'has' : 'have'} loaded other configuration than ${countText(usual.names.length, 'replica')} such as ${reference}: ${text}`,
          proxies: names,
          at: { resource: first },
        }
      }
    }
  },
}

interface Variant {
  readonly loaded: ReadonlyMap<string, string>
  readonly names: string[]
}

/** Replicas that have loaded the same are one; the most common first, of equals the one that was read first. */
function variantsOf(replicas: readonly FleetProxy[]): Variant[] {
  const variants: Variant[] = []
  for (const { name, loaded } of replicas) {
    if (loaded === undefined) continue
    const known = variants.find((variant) => isSame(variant.loaded, loaded))
    if (known === undefined) variants.push({ loaded, names: [name] })
    else known.names.push(name)
  }
  return variants.toSorted((a, b) => b.names.length - a.names.length)
}

function isSame(a: Variant['loaded'], b: Variant['loaded']): boolean {
  return a === b || (a.size === b.size && [...a].every(([name, digest]) => b.get(name) === digest))
}

/** How many resources are named. */
const named = 3

function differenceText(usual: Variant['loaded'], other: Variant['loaded']) {
  const missing = [...usual.keys()].filter((name) => !other.has(name)).sort()
  const added = [...other.keys()].filter((name) => !usual.has(name)).sort()
  const changed = [...usual.keys()].filter((name) => other.has(name) && other.get(name) !== usual.get(name)).sort()
  const parts = [
    ['missing', missing],
    ['in addition', added],
    ['different', changed],
  ] as const
  const text = parts
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => {
      const more = names.length - named
      return `${what} ${names.slice(0, named).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
    })
    .join('; ')
  return { text, first: missing[0] ?? added[0] ?? changed[0] ?? '' }
}
