import type { FleetProxy } from '../../fleet/fleet.ts'
import type { Gateway, GatewayServer } from '../../fleet/istio-objects.ts'
import type { FleetRule } from '../../rule.ts'

/** A server of a Gateway is not in the proxy that it is for. */
export const gatewayServerDropped: FleetRule = {
  id: 'gateway-server-dropped',
  profile: 'fleet',
  severity: 'error',
  title: 'A server of a Gateway is not in the proxy that it is for',
  detects:
    'Servers with a `credentialName` of Gateways whose selector fits a proxy, of which no filter chain of that proxy uses the certificate. The other Gateway that has the same port and host is named, where there is one.',
  impact: 'Clients get the certificate and the routes of the other Gateway, or no answer.',
  exceptions: 'Servers without a certificate: on one port they are put together.',
  fix: 'Give the host to one Gateway, or name all its hosts in one server.',
  topic: 'serverName',
  sources: ['https://istio.io/latest/docs/reference/config/analysis/ist0145/'],
  needs: ['istioObjects'],
  *checkFleet({ proxies, objects }) {
    for (const proxy of proxies) {
      const own = (objects?.gateways ?? []).filter(({ selector }) => selects(selector, proxy.labels))
      for (const gateway of own)
        for (const server of gateway.servers) {
          const { credential, port, hosts } = server
          if (credential === undefined || isUsed(credential, proxy)) continue
          const other = serverOfSameHost(
            server,
            own.filter((one) => one !== gateway),
          )
          const why = other === undefined ? '' : `: Gateway ${other} has that port and host as well`
          yield {
            message: `Gateway ${gateway.name}, port ${port ?? 'without a number'}, ${hosts.join(', ')}: no filter chain has certificate ${credential}${why}`,
            proxies: [proxy.name],
            at: { resource: 'listeners', object: `gateway/${gateway.name.split('/').reverse().join('.')}` },
          }
        }
    }
  },
}

/** A Gateway without a selector is for every gateway, and labels do not tell which proxies these are: it matches none. */
function selects(selector: Gateway['selector'], labels: FleetProxy['labels']): boolean {
  const wanted = Object.entries(selector)
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value)
}

/** `kubernetes://NAME`, `kubernetes-gateway://NAMESPACE/NAME` */
function isUsed(credential: string, { chainSecrets }: FleetProxy): boolean {
  return [...chainSecrets].some((name) => name === credential || name.endsWith(`/${credential}`))
}

function serverOfSameHost({ port, hosts }: GatewayServer, others: readonly Gateway[]): string | undefined {
  return others.find(({ servers }) =>
    servers.some((other) => other.port === port && other.hosts.some((host) => hosts.includes(host))),
  )?.name
}
