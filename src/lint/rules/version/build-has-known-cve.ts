import { featuresOf, featureTexts } from '../../proxy/features.ts'
import { type Release, releaseOf, releaseText } from '../../proxy/release.ts'
import type { Rule, Severity } from '../../rule.ts'
import { advisories } from './advisories.ts'
import { type Advisory, fixedIn } from './advisory.ts'

/** The Envoy has a known security fault, and uses what has it. */
export const buildHasKnownCve: Rule = {
  id: 'build-has-known-cve',
  profile: 'core',
  severity: 'error',
  title: 'The Envoy has a known security fault, and uses what has it',
  detects:
    'Versions before the one that mends an advisory, only where the configuration has the filter, codec or setting that it is about. The data is dated, in `advisories.ts`.',
  impact: 'What the advisory message:a crash by one request, a check that is passed, memory that runs out.',
  exceptions: 'Builds of vendors are judged by version only, and said to be.',
  fix: 'Update to the version that mends it, or take the setting away.',
  sources: ['https://github.com/envoyproxy/envoy/security/advisories'],
  needs: ['listeners', 'clusters'],
  check: {
    *proxy(proxy) {
      const release = releaseOf(proxy.dump, proxy.serverInfo)
      if (release === undefined || release.major !== 1) return
      const unmended = advisories.flatMap((advisory) => {
        const mendedIn = fixedIn(advisory, release)
        return mendedIn === undefined ? [] : [{ ...advisory, mendedIn }]
      })
      // What the configuration has is looked for in all of it, which is not needed for a new release.
      if (unmended.length === 0) return
      const features = featuresOf(proxy)
      const open = unmended.flatMap((advisory) => {
        const feature = advisory.needs.find((one) => features.has(one))
        return feature === undefined ? [] : [{ ...advisory, feature }]
      })
      if (open.length === 0) return
      const faults = open.map(({ id, about, feature }) => `${id} (${about}; has ${featureTexts[feature]})`)
      const vendor = release.isVendors ? "; by version only: a vendor's build may have them mended" : ''
      const versions = [...new Set(open.map(({ mendedIn }) => mendedIn))].toSorted(byVersion)
      yield {
        message: `Envoy ${releaseText(release)} has known faults in what it uses, mended in ${versions.at(-1)}${vendor}: ${faults.join(', ')}`,
        severity: severityOf(open, release),
        at: { resource: 'bootstrap' },
      }
    },
  },
}

function severityOf(open: readonly Advisory[], { isVendors }: Release): Severity {
  if (isVendors) return 'info'
  return open.some(({ severity }) => severity === 'error') ? 'error' : 'warning'
}

function byVersion(a: string, b: string): number {
  const [left = [], right = []] = [a, b].map((version) => version.split('.').map(Number))
  const at = left.findIndex((part, index) => part !== right[index])
  return at === -1 ? 0 : (left[at] ?? 0) - (right[at] ?? 0)
}
