import type { Lab } from '../../test/lab/lab.ts'
import type { Names } from './stable-output.ts'

interface Item {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly generateName?: string }
  readonly spec?: { readonly clusterIP?: string }
  readonly status?: { readonly podIP?: string }
}

/** Names for the pods of the running lab, by what they were made from, and for its addresses. */
export async function labNames(lab: Lab): Promise<Names> {
  const [pods, services] = await Promise.all([items(lab, 'pods'), items(lab, 'services')])
  const podAddress = numbered(
    '10.244.0',
    pods.map(({ status }) => status?.podIP),
  )
  const serviceAddress = numbered(
    '10.96.0',
    services.map(({ spec }) => spec?.clusterIP),
  )
  return {
    pods: new Map(pods.map(({ metadata }) => [metadata.name, stablePod(metadata)])),
    address: (address) => podAddress(address) ?? serviceAddress(address),
  }
}

async function items(lab: Lab, resource: string): Promise<Item[]> {
  const { code, stdout, stderr } = await lab.kubectl('get', resource, '-A', '-o', 'json')
  if (code !== 0) throw new Error(stderr)
  return (JSON.parse(stdout) as { items: Item[] }).items
}

/** `reviews-v1-844cbbddf8-4s8fm` is `reviews-v1-6b9c5f7d84-x7k2p`; a StatefulSet's pod keeps its name. */
function stablePod({ name, generateName }: Item['metadata']): string {
  if (generateName === undefined) return name
  return `${generateName.replace(/-[0-9a-f]{8,10}-$|-$/, (hash) => (hash === '-' ? '' : '-6b9c5f7d84'))}-x7k2p`
}

/** Addresses of the lab are counted as they come up, so that a pod or service that is shown nowhere changes nothing. */
function numbered(prefix: string, found: readonly (string | undefined)[]): (address: string) => string | undefined {
  const known = new Set(found)
  const numbers = new Map<string, string>()
  return (address) => {
    if (!known.has(address)) return undefined
    const number = numbers.get(address) ?? `${prefix}.${numbers.size + 10}`
    numbers.set(address, number)
    return number
  }
}
