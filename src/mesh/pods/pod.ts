import { isObject, type JsonObject, numberOf, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'

/** What is read of a pod: enough to choose it, to find its proxy and to say why it cannot be asked. */
export interface Pod {
  readonly name: string
  readonly namespace: string
  readonly phase: string
  /** Why the phase is what it is, for example `Evicted`. */
  readonly reason: string | undefined
  readonly node: string | undefined
  /** Its first IP address, by which it is looked up. */
  readonly address: string | undefined
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly ready: boolean
  /** Milliseconds since the epoch. */
  readonly readySince: number | undefined
  readonly created: number | undefined
  /** Native sidecars (init containers that keep running) first, as the kubelet starts them. Other init containers are left out. */
  readonly containers: readonly Container[]
}

export interface Container {
  readonly name: string
  readonly image: string
  /** Command and arguments in one list. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly ports: readonly { readonly name: string; readonly port: number }[]
  /** An init container with restartPolicy Always. https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/ */
  readonly nativeSidecar: boolean
  readonly running: boolean
  readonly restarts: number
}

/** Reads a pod as the API gives it. */
export function readPod(object: JsonObject): Pod {
  const metadata = objectOf(object.metadata)
  const spec = objectOf(object.spec)
  const status = objectOf(object.status)
  const readyCondition = objectsOf(status.conditions).find((condition) => condition.type === 'Ready')
  const sidecars = objectsOf(spec.initContainers).filter((container) => container.restartPolicy === 'Always')
  return {
    name: stringOf(metadata.name) ?? '',
    namespace: stringOf(metadata.namespace) ?? '',
    phase: stringOf(status.phase) ?? 'Unknown',
    reason: stringOf(status.reason),
    node: stringOf(spec.nodeName) || undefined,
    address: stringOf(status.podIP) || undefined,
    labels: strings(metadata.labels),
    annotations: strings(metadata.annotations),
    ready: readyCondition?.status === 'True',
    readySince: time(readyCondition?.lastTransitionTime),
    created: time(metadata.creationTimestamp),
    containers: [
      ...sidecars.map((container) => readContainer(container, true, status.initContainerStatuses)),
      ...objectsOf(spec.containers).map((container) => readContainer(container, false, status.containerStatuses)),
    ],
  }
}

function readContainer(container: JsonObject, nativeSidecar: boolean, statuses: unknown): Container {
  const name = stringOf(container.name) ?? ''
  const status = objectsOf(statuses).find((item) => item.name === name)
  const env: Record<string, string> = {}
  for (const { name: key, value } of objectsOf(container.env)) {
    if (typeof key === 'string' && typeof value === 'string') env[key] = value
  }
  return {
    name,
    image: stringOf(container.image) ?? '',
    args: [...stringsOf(container.command), ...stringsOf(container.args)],
    env,
    ports: objectsOf(container.ports).map((port) => ({
      name: stringOf(port.name) ?? '',
      port: numberOf(port.containerPort) ?? 0,
    })),
    nativeSidecar,
    running: isObject(objectOf(status?.state).running),
    restarts: numberOf(status?.restartCount) ?? 0,
  }
}

function strings(value: unknown): Record<string, string> {
  const result: Record<string, string> = {}
  for (const [key, item] of Object.entries(objectOf(value))) {
    if (typeof item === 'string') result[key] = item
  }
  return result
}

function time(value: unknown): number | undefined {
  const parsed = Date.parse(stringOf(value) ?? '')
  return Number.isNaN(parsed) ? undefined : parsed
}
