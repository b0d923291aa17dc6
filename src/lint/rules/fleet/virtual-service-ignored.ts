import type { FleetRule } from '../../rule.ts'

/** A VirtualService is in no proxy: another one has its host. */
export const virtualServiceIgnored: FleetRule = {
  id: 'virtual-service-ignored',
  profile: 'fleet',
  severity: 'warning',
  title: 'A VirtualService is in no proxy: another one has its host',
  detects:
    'VirtualServices of the mesh that have a host in common, of which proxies have the routes of one, and none of the proxies that were read has those of the other.',
  impact:
    'Sidecars have the routes of the older VirtualService alone; what the other says happens nowhere, and nothing tells.',
  exceptions:
    'VirtualServices of gateways: there their routes are put together, and shadowed-route says what of them cannot match. What exportTo or a Sidecar keeps from the proxies that were read looks the same: read all proxies.',
  fix: 'Put the routes of a host into one VirtualService.',
  sources: [
    'https://istio.io/latest/docs/reference/config/analysis/ist0109/',
    'https://istio.io/latest/docs/ops/best-practices/traffic-management/',
  ],
  needs: ['istioObjects'],
  *checkFleet({ proxies, objects }) {
    const ofMesh = (objects?.virtualServices ?? []).filter(({ isOfMesh }) => isOfMesh)
    const carriers = (object: string) => proxies.filter(({ origins }) => origins.has(object)).map(({ name }) => name)
    for (const lost of ofMesh) {
      if (carriers(lost.object).length > 0) continue
      for (const host of lost.hosts) {
        const other = ofMesh.find((one) => one !== lost && one.hosts.includes(host) && carriers(one.object).length > 0)
        if (other === undefined) continue
        yield {
          message: `${lost.object} is in no proxy: ${other.object} has host ${host} as well`,
          proxies: carriers(other.object),
          at: { resource: lost.object, object: lost.object },
        }
        break
      }
    }
  },
}
