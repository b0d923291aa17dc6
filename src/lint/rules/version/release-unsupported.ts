import { releaseOf } from '../../proxy/release.ts'
import type { Rule } from '../../rule.ts'
import { newestMinor } from './advisories.ts'

/** The Envoy is of a release line without support. */
export const releaseUnsupported: Rule = {
  id: 'release-unsupported',
  profile: 'core',
  severity: 'warning',
  title: 'The Envoy is of a release line without support',
  detects: 'A version whose minor is older than the four newest of the data on advisories.',
  impact: 'Faults are no longer mended in it, security faults included.',
  exceptions: 'Builds of vendors are `info`: Istio supports its own longer.',
  fix: 'Update the proxy: with its control plane, if that brings it.',
  sources: ['https://github.com/envoyproxy/envoy/blob/main/RELEASES.md'],
  check: {
    *proxy({ dump, serverInfo }) {
      const release = releaseOf(dump, serverInfo)
      if (release === undefined || release.major !== 1 || release.minor === 0 || release.minor > newestMinor - 4) return
      const vendor = release.isVendors ? ", by its number: the build is a vendor's, which may support it longer" : ''
      yield {
        message: `Envoy 1.${release.minor} has no support since 1.${release.minor + 4}${vendor}`,
        severity: release.isVendors ? 'info' : 'warning',
        at: { resource: 'bootstrap' },
      }
    },
  },
}
