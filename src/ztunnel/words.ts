/** What a kind of entry in ztunnel's dump is called. */
export interface ZtunnelWord {
  /** First word after `ztunnel`. */
  readonly name: string
  readonly aliases: readonly string[]
  /** One line for help. */
  readonly title: string
}

/** Names of the kinds apart from the kinds themselves: help and the list of commands load no more than these. */
export const ztunnelWords = {
  workloads: { name: 'workloads', aliases: ['workload', 'w'], title: 'Workloads of the mesh and how they are reached' },
  services: {
    name: 'services',
    aliases: ['service', 's', 'svc'],
    title: 'Services, their addresses, waypoints and endpoints',
  },
  policies: {
    name: 'policies',
    aliases: ['policy', 'p', 'pol'],
    title: 'Authorization policies and the workloads they apply to',
  },
  certificates: {
    name: 'certificates',
    aliases: ['certificate', 'certs', 'cert'],
    title: 'Certificates of the workloads on the node',
  },
  connections: { name: 'connections', aliases: ['cons'], title: 'Open connections of the workloads on the node' },
} as const satisfies Readonly<Record<string, ZtunnelWord>>
