import { join } from 'node:path'
import { type Lab, type LabPod, type Output, openLab } from '../lab.ts'

/** One control plane of the lab of gateways, and the Envoy that it configures. */
export interface Gateway {
  readonly name: 'Contour' | 'Envoy Gateway'
  readonly proxy: LabPod
  readonly controller: LabPod
  readonly adminPort: number
  /** Where HTTP comes in, in the proxy's pod. */
  readonly httpPort: number
  readonly xdsPort: number
  /** The namespace of the backends, and of the routes to them. */
  readonly backends: string
}

export interface Gateways {
  readonly lab: Lab
  readonly all: readonly Gateway[]
  /** The program under test. */
  run(...args: string[]): Promise<Output>
}

const main = join(import.meta.dirname, '../../../src/main.ts')

/** Opens the lab of gateways. @throws Error when it is not up */
export async function openGateways(): Promise<Gateways> {
  const lab = await openLab('gateways')
  const parts = lab.env.LAB_PARTS?.split(' ') ?? []
  const all = await Promise.all([
    ...(parts.includes('contour') ? [contour(lab)] : []),
    ...(parts.includes('envoy-gateway') ? [envoyGateway(lab)] : []),
  ])
  return { lab, all, run: programOf(lab) }
}

/** The program under test, in the lab's environment. */
export function programOf(lab: Lab): Gateways['run'] {
  return (...args) => lab.run(process.execPath, [main, ...args])
}

async function contour(lab: Lab): Promise<Gateway> {
  return {
    name: 'Contour',
    proxy: await lab.pod('app=envoy', 'projectcontour'),
    controller: await lab.pod('app=contour', 'projectcontour'),
    adminPort: 9001,
    httpPort: 8080,
    xdsPort: 8001,
    backends: 'shop',
  }
}

async function envoyGateway(lab: Lab): Promise<Gateway> {
  return {
    name: 'Envoy Gateway',
    proxy: await lab.pod('app.kubernetes.io/name=envoy', 'envoy-gateway-system'),
    controller: await lab.pod('control-plane=envoy-gateway', 'envoy-gateway-system'),
    adminPort: 19_000,
    httpPort: 10_080,
    xdsPort: 18_000,
    backends: 'edge',
  }
}

export function fullName({ name, namespace }: LabPod): string {
  return `${name}.${namespace}`
}
