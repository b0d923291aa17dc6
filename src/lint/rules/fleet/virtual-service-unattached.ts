import type { IstioObjects, VirtualService } from '../../fleet/istio-objects.ts'
import type { FleetRule } from '../../rule.ts'

/** A VirtualService of gateways is in no proxy: they do not exist, or do not have its hosts. */
export const virtualServiceUnattached: FleetRule = {
  id: 'virtual-service-unattached',
  profile: 'fleet',
  severity: 'warning',
  title: 'A VirtualService is in no proxy: its gateways do not exist, or have none of its hosts',
  detects:
    'VirtualServices with `gateways` of which no proxy that was read has a route, where a Gateway that they name does not exist, or where no server of their Gateways has one of their hosts.',
  impact: 'What it says happens nowhere: clients get 404 `NR`, or what another route says, and nothing tells.',
  exceptions:
    'A VirtualService that some proxy has. One that is in no proxy for another reason, such as exportTo or a gateway that was not read, is left out.',
  fix: 'Correct the name in `gateways` (NAMESPACE/NAME for one of another namespace), or give the Gateway the host.',
  sources: [
    'https://istio.io/latest/docs/reference/config/analysis/ist0101/',
    'https://istio.io/latest/docs/reference/config/analysis/ist0132/',
  ],
  needs: ['istioObjects'],
  *checkFleet({ proxies, objects }) {
    if (objects === undefined) return
    for (const service of objects.virtualServices) {
      const { object } = service
      if (proxies.some(({ origins }) => origins.has(object))) continue
      const why = whyUnattached(service, objects)
      if (why === undefined) continue
      yield {
        message: `${object} is in no proxy: ${why}`,
        proxies: proxies.map(({ name }) => name),
        at: { resource: object, object },
      }
    }
  },
}

function whyUnattached({ hosts, gateways }: VirtualService, objects: IstioObjects): string | undefined {
  if (gateways.length === 0) return undefined
  const missing = gateways.filter((name) => !objects.gateways.some((gateway) => gateway.name === name))
  if (missing.length > 0) return `there is no Gateway ${missing.join(', ')}`
  const served = objects.gateways
    .filter(({ name }) => gateways.includes(name))
    .flatMap(({ servers }) => servers.flatMap((server) => server.hosts))
  if (hosts.length === 0 || hosts.some((host) => served.some((other) => overlap(host, hostOf(other))))) return undefined
  return `Gateway ${gateways.join(', ')} has none of its hosts ${hosts.join(', ')}`
}

/** `NAMESPACE/HOST` says which namespaces may use a host of a server. */
function hostOf(host: string): string {
  return host.slice(host.indexOf('/') + 1)
}

/** Whether a name fits both: one is the other, or the end of the other with a `*` before it. */
function overlap(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()]
  return a === b || endsAs(a, b) || endsAs(b, a)
}

function endsAs(name: string, pattern: string): boolean {
  return pattern.startsWith('*') && name.endsWith(pattern.slice(1))
}
