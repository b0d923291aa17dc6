import type { Candidate } from './directive.ts'
import type { Lookups } from './lookups.ts'

/** In the order they are offered; any other spelling of a type works as well. */
const types = ['deploy', 'sts', 'ds', 'job', 'svc', 'gateway']
const longTypes = ['deployment', 'statefulset', 'daemonset', 'replicaset', 'replicationcontroller', 'service', 'pod']

/** `type/NAME` once there is a slash, else pods and the types that a name can have. */
export async function targetCandidates(typed: string, lookups: Lookups): Promise<Candidate[]> {
  const slash = typed.indexOf('/')
  if (slash >= 0) {
    const type = typed.slice(0, slash)
    return (await lookups.objects(type)).map((name) => ({ text: `${type}/${name}` }))
  }
  const ofTypes = [...types, ...(typed === '' ? [] : longTypes)].map((type) => `${type}/`)
  const pods = await lookups.objects('pod').catch(() => [])
  return [...pods, ...ofTypes].map((text) => ({ text }))
}
