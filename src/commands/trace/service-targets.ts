import type { Context } from '../../contract/command.ts'
import { numberOf, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import { servicesOfPod } from '../../mesh/api/services-of-pod.ts'
import type { Pod } from '../../mesh/pods/pod.ts'

/** Where a Service of a pod leads from one of its ports. */
export interface ServiceTarget {
  readonly service: string
  readonly port: number
}

/** The ports of the pod that its Services lead to from this port, each once. Where they may not be read none, with a note. */
export async function serviceTargets(
  pod: Pod,
  port: number,
  { cluster, io, note }: Context,
): Promise<readonly ServiceTarget[]> {
  try {
    const services = await servicesOfPod(await cluster(), pod, io.signal)
    const targets = services.flatMap(({ metadata, spec }) =>
      objectsOf(objectOf(spec).ports)
        .filter((own) => numberOf(own.port) === port && (own.protocol ?? 'TCP') === 'TCP')
        .flatMap(({ targetPort }) => {
          const target = portOf(targetPort ?? port, pod)
          return target === undefined ? [] : [{ service: stringOf(objectOf(metadata).name) ?? '', port: target }]
        }),
    )
    return targets.filter((target, place) => targets.findIndex((other) => other.port === target.port) === place)
  } catch (error) {
    if (!(error instanceof AppError) || io.signal.aborted) throw error
    note(`The Services of pod ${pod.namespace}/${pod.name} cannot be read: ${error.message}`)
    return []
  }
}

/** `targetPort` is a number or the name of a container's port. */
function portOf(target: unknown, { containers }: Pod): number | undefined {
  if (typeof target === 'number') return target
  return containers.flatMap(({ ports }) => ports).find(({ name }) => name === target)?.port
}
