import type { Context } from '../../contract/command.ts'
import type { JsonObject } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import type { ControlPlaneReplica, FleetNeed } from '../../lint/fleet/fleet.ts'
import { type IstioObjects, istioObjects } from '../../lint/fleet/istio-objects.ts'
import { type EndpointsOfServices, endpointsOfServices } from '../../lint/fleet/service-endpoints.ts'
import { ApiError } from '../../mesh/api/api-error.ts'
import { listObjects } from '../../mesh/api/list-objects.ts'
import { forbidden } from '../../mesh/api/rbac.ts'
import type { Cluster } from '../../mesh/cluster.ts'
import { revisionOf } from '../../mesh/pods/revision.ts'
import type { Selection } from '../../mesh/selection.ts'

/** What the API server is asked beside the proxies. */
export interface FleetSources {
  /** Undefined where rules do not ask for it, or it could not be read: a note then says why. */
  services(): Promise<EndpointsOfServices | undefined>
  controlPlane(): Promise<readonly ControlPlaneReplica[] | undefined>
  objects(): Promise<IstioObjects | undefined>
  /** Whether a second reading can differ from the first. */
  readonly isLive: boolean
}

/** @param needs of the rules that are asked */
export async function fleetSources(
  needs: ReadonlySet<FleetNeed>,
  selection: Selection,
  context: Context,
): Promise<FleetSources> {
  const cluster = await clusterOf(selection, context)
  const signal = context.io.signal
  const asked = async <T>(need: FleetNeed, read: (from: Cluster) => Promise<T>): Promise<T | undefined> => {
    if (cluster === undefined || !needs.has(need)) return undefined
    try {
      return await read(cluster)
    } catch (error) {
      if (!(error instanceof AppError) || signal.aborted) throw error
      context.note([`${nouns[need]} could not be read: ${error.message}`, ...hintsOf(error)].join('\n'))
      return undefined
    }
  }
  return {
    services: () => asked('endpointSlices', (from) => readServices(from, signal)),
    controlPlane: () => asked('controlPlane', (from) => readControlPlane(from, signal)),
    objects: () => asked('istioObjects', (from) => readObjects(from, signal)),
    isLive: cluster !== undefined && cluster.captured === undefined,
  }
}

const nouns: Readonly<Record<FleetNeed, string>> = {
  proxies: 'Proxies',
  endpointSlices: 'Services and EndpointSlices',
  controlPlane: 'The pods of the control plane',
  istioObjects: 'Gateways and VirtualServices of Istio',
}

function hintsOf({ hint }: AppError): readonly string[] {
  return hint === undefined ? [] : [hint].flat()
}

/** The one cluster that the proxies are in; undefined for files, URLs, and proxies of several clusters. */
async function clusterOf(selection: Selection, context: Context): Promise<Cluster | undefined> {
  if (selection.from === 'files' || selection.from === 'url') return undefined
  const [first, second] = selection.contexts ?? []
  if (second !== undefined) return undefined
  return first === undefined ? context.cluster() : context.clusterOf({ context: first })
}

async function readServices(cluster: Cluster, signal: AbortSignal): Promise<EndpointsOfServices> {
  const permission = { verbs: ['list'], namespace: '' }
  const [services, slices] = await Promise.all([
    forbidden(listObjects(cluster, '/api/v1/services', signal), { ...permission, resource: 'services' }),
    forbidden(listObjects(cluster, '/apis/discovery.k8s.io/v1/endpointslices', signal), {
      ...permission,
      resource: 'endpointslices',
      group: 'discovery.k8s.io',
    }),
  ])
  return endpointsOfServices(services, slices)
}

/** Where there is no Istio there are no objects of it. */
async function readObjects(cluster: Cluster, signal: AbortSignal): Promise<IstioObjects> {
  const [services, gateways] = await Promise.all(
    ['virtualservices', 'gateways'].map((resource) => listOfIstio(resource, cluster, signal)),
  )
  return istioObjects(services ?? [], gateways ?? [])
}

/** `v1` since Istio 1.22. */
async function listOfIstio(resource: string, cluster: Cluster, signal: AbortSignal): Promise<readonly JsonObject[]> {
  const permission = { resource, group: 'networking.istio.io', verbs: ['list'], namespace: '' }
  for (const version of ['v1', 'v1beta1']) {
    try {
      const path = `/apis/networking.istio.io/${version}/${resource}`
      return await forbidden(listObjects(cluster, path, signal), permission)
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error
    }
  }
  return []
}

/** Where the image of a control plane has no version for its tag, it says none. */
async function readControlPlane(cluster: Cluster, signal: AbortSignal): Promise<readonly ControlPlaneReplica[]> {
  const pods = await cluster.list({ namespace: '', selector: 'app in (istiod,pilot)' }, signal)
  return pods
    .filter(({ phase }) => phase === 'Running')
    .map((pod) => {
      const tags = pod.containers.map(
        ({ image }) => /:v?(\d+\.\d+(?:\.\d+)?)[^/:]*$/.exec(image.split('@')[0] ?? '')?.[1],
      )
      return { name: `${pod.name}.${pod.namespace}`, revision: revisionOf(pod), version: tags.find(Boolean) }
    })
}
