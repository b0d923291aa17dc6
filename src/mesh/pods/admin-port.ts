import { controlPlanes } from '../../envoy/control-plane/index.ts'
import { usualAdminPort } from '../../envoy/control-plane/istio.ts'
import { setting } from '../../envoy/control-plane/proxy-pod.ts'
import { AppError } from '../../errors.ts'
import type { Container, Pod } from './pod.ts'

export interface AdminPort {
  readonly port: number
  /** The container that runs Envoy; undefined when none is known to. */
  readonly container: Container | undefined
  /** Who deployed the proxy, or how the port was found: `flag`, `bootstrap`, `port name`, `default`. */
  readonly from: string
  /** Path of the Unix socket in the container that has all of the admin interface, where the port only has what reads. */
  readonly wholeAdminAt?: string | undefined
}

/**
 * The port of Envoy's admin interface in a pod and the container that runs Envoy: the explicit port, else what the pod's
 * labels, annotations, images and arguments tell, else 15000.
 * @param container name of the container when the user chose one
 * @throws AppError in kubectl's words when the pod has no such container
 */
export function adminPort(pod: Pod, explicit?: number | undefined, container?: string | undefined): AdminPort {
  if (container !== undefined && !pod.containers.some(({ name }) => name === container)) {
    const known = pod.containers.map(({ name }) => name).join(', ')
    throw new AppError(`container ${container} is not valid for pod ${pod.name}`, {
      hint: `Its containers are: ${known}`,
    })
  }
  const found = knownDeployment(pod, container) ?? plainEnvoy(pod, container)
  const chosen = found?.container ?? pod.containers.find(({ name }) => name === container)
  if (explicit !== undefined) return { port: explicit, container: chosen, from: 'flag' }
  return found ?? { port: usualAdminPort, container: chosen, from: 'default' }
}

function knownDeployment(pod: Pod, only: string | undefined): AdminPort | undefined {
  for (const { name, deployment } of controlPlanes) {
    if (deployment === undefined) continue
    const container = pod.containers.find(
      (item) => (only === undefined || item.name === only) && deployment.matches(pod, item),
    )
    if (container === undefined) continue
    const { wholeAdminAt } = deployment
    return { port: deployment.port(pod, container), container, from: name, wholeAdminAt }
  }
  return undefined
}

/** An Envoy that no control plane that is known deployed: its bootstrap on the command line, or a container port that says what it is. */
function plainEnvoy(pod: Pod, only: string | undefined): AdminPort | undefined {
  const container = pod.containers.find((item) => (only === undefined ? looksLikeEnvoy(item) : item.name === only))
  if (container === undefined) return undefined
  const inBootstrap = bootstrapPort(container.args.join('\n'))
  if (inBootstrap !== undefined) return { port: inBootstrap, container, from: 'bootstrap' }
  const named = container.ports.find(({ name }) => /^((envoy|http|proxy)-)?admin$/.test(name))
  if (named !== undefined) return { port: named.port, container, from: 'port name' }
  const usual = container.ports.find(({ port }) => port === 9901 || port === 19000 || port === 15000)
  return { port: usual?.port ?? usualAdminPort, container, from: usual === undefined ? 'default' : 'port number' }
}

function looksLikeEnvoy({ name, image, args }: Container): boolean {
  return name === 'envoy' || /(^|[/-])envoy(proxy)?(-[^/]*)?(:|@|$)/.test(image) || /(^|\/)envoy$/.test(args[0] ?? '')
}

/** The admin port of a bootstrap given as YAML or JSON text. */
function bootstrapPort(text: string): number | undefined {
  const admin = /["']?\badmin["']?\s*:/.exec(text)
  return admin === null
    ? undefined
    : setting(text.slice(admin.index, admin.index + 400), /port_?[vV]alue["']?\s*:\s*(\d+)/)
}
