import type { ControlPlaneReplica, FleetProxy } from '../../fleet/fleet.ts'
import type { FleetRule } from '../../rule.ts'

/** A proxy is older than its control plane. */
export const proxyOlderThanControlPlane: FleetRule = {
  id: 'proxy-older-than-control-plane',
  profile: 'fleet',
  severity: 'warning',
  title: 'A proxy is older than its control plane',
  detects:
    'Proxies of Istio whose minor version is lower than that of the running control plane of their revision, which the image of its pods tells.',
  impact:
    'Istio supports proxies one minor version behind, hence `info` for these. Older ones may reject what they are sent: types and fields that they do not know.',
  exceptions: 'Control planes whose image has no version for its tag.',
  fix: 'Restart the pods, so that they get the proxy of the control plane: kubectl rollout restart.',
  sources: [
    'https://istio.io/latest/docs/releases/supported-releases/#control-planedata-plane-skew',
    'https://github.com/istio/istio/pull/60486',
  ],
  needs: ['controlPlane'],
  *checkFleet({ proxies, controlPlane = [] }) {
    for (const proxy of proxies) {
      const own = minorOf(proxy.version)
      const control = own === undefined ? undefined : oldestOf(controlPlane, proxy)
      if (own === undefined || control === undefined || own >= control.minor) continue
      yield {
        message: `Istio ${proxy.version} beside a control plane of ${control.version}`,
        severity: control.minor - own > 1 ? 'warning' : 'info',
        proxies: [proxy.name],
        at: { resource: 'bootstrap' },
      }
    }
  },
}

interface Versioned {
  readonly version: string
  readonly minor: number
}

/** While the control plane is updated it has replicas of two versions, each of which sends the proxy what it knows: the older is taken. */
function oldestOf(replicas: readonly ControlPlaneReplica[], { revision }: FleetProxy): Versioned | undefined {
  const ofRevision = replicas.filter((replica) => replica.revision === revision)
  const found = (ofRevision.length > 0 ? ofRevision : replicas).flatMap(({ version }): Versioned[] => {
    const minor = minorOf(version)
    return version === undefined || minor === undefined ? [] : [{ version, minor }]
  })
  return found.toSorted((a, b) => a.minor - b.minor)[0]
}

/** Of `1.24.1`; there is only one major version. */
function minorOf(version: string | undefined): number | undefined {
  const [, minor] = /^1\.(\d+)(?:\D|$)/.exec(version ?? '') ?? []
  return minor === undefined ? undefined : Number(minor)
}
