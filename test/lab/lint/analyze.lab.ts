import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { type Lab, openLab } from '../lab.ts'
import { awaitInDump, eventually, proxyConfig, withObjects } from '../outages/mesh-state.ts'

// Where istioctl analyze warns of objects of the lab, lint says it of the proxies, or a line says why no proxy shows it.

let lab: Lab
before(async () => {
  lab = await openLab()
})

/** What lint finds for a message of istioctl, or why it finds nothing. */
type Counterpart = { readonly rule: string; readonly finds: RegExp } | { readonly because: string }

const by = (rule: string, finds: RegExp): Counterpart => ({ rule, finds })
const opinion: Counterpart = { because: 'an opinion on the object, which proxies load as it is' }

/** By code and object; `*` for every object of a code. */
const counterparts: Readonly<Record<string, Counterpart>> = {
  'IST0101 Gateway default/bookinfo': by('sds-not-loaded', /not-there-cert/),
  'IST0101 Gateway lab-analyze/secure-b': by('gateway-server-dropped', /no filter chain has certificate analyze-cert/),
  'IST0101 VirtualService lab-analyze/to-nowhere': by('route-to-missing-cluster', /\|\|nowhere\.lab-analyze/),
  'IST0101 VirtualService lab-analyze/to-no-subset': by('route-to-missing-cluster', /\|v9\|shop\.lab-analyze/),
  'IST0101 VirtualService lab-analyze/mirrors-nowhere': by('mirror-to-missing-cluster', /\|\|gone\.lab-analyze/),
  'IST0101 VirtualService lab-analyze/of-no-gateway': by(
    'virtual-service-unattached',
    /no Gateway lab-analyze\/nosuch/,
  ),
  'IST0109 VirtualService lab-analyze/twice-a': by('virtual-service-ignored', /twice-[ab]\.lab-analyze is in no proxy/),
  'IST0109 VirtualService lab-analyze/twice-b': by('virtual-service-ignored', /twice-[ab]\.lab-analyze is in no proxy/),
  'IST0112 VirtualService lab-analyze/without-port': by(
    'route-to-missing-cluster',
    /outbound\|8090\|\|shop\.lab-analyze\S+, which is not loaded: the service has port 80, 81/,
  ),
  'IST0127 AuthorizationPolicy lab-analyze/of-nobody': { because: 'no proxy gets a policy that selects none' },
  'IST0128 DestinationRule lab-analyze/bank': by('upstream-identity-not-checked', /\|\|bank\.analyze\.test/),
  'IST0129 DestinationRule lab-analyze/bank-of-port': by('upstream-identity-not-checked', /\|\|bank-of-port\.analyze/),
  'IST0130 VirtualService lab-analyze/unreachable never': {
    because: 'istiod sends no rule behind one without a match',
  },
  'IST0130 VirtualService lab-analyze/unreachable same': by('shadowed-route', /route same .* never matches: first/),
  'IST0131 VirtualService lab-analyze/unreachable partly': by('shadowed-route', /route partly .* never matches: first/),
  'IST0131 VirtualService lab-analyze/unreachable same': by('shadowed-route', /route same .* never matches: first/),
  'IST0132 VirtualService lab-analyze/of-no-gateway': by(
    'virtual-service-unattached',
    /no Gateway lab-analyze\/nosuch/,
  ),
  'IST0132 VirtualService lab-analyze/other-host': by(
    'virtual-service-unattached',
    /none of its hosts other\.elsewhere\.test/,
  ),
  'IST0138 Gateway *': {
    because: 'the two are on ports 8443 and 9444: no client uses a connection of one port for another',
  },
  'IST0140 VirtualService default/bookinfo': opinion,
  'IST0145 Gateway *': by('gateway-server-dropped', /secure-b.*Gateway lab-analyze\/secure-a has that port and host/),
  'IST0149 VirtualService lab-analyze/by-claim': by('route-reads-claims-without-jwt', /it never matches/),
  'IST0162 Gateway *': { because: 'proxies listen on the port; the Service of the gateway lacks it' },
  'IST0173 DestinationRule lab-analyze/shop': by('cluster-empty-and-used', /outbound\|80\|v7\|shop\.lab-analyze/),
  'IST0174 DestinationRule lab-analyze/of-nothing': { because: 'no proxy has a cluster of a host that is no Service' },
  'IST0102 Namespace *': { because: 'pods of the lab name their proxies themselves' },
  'IST0118 Service *': opinion,
  'IST0133 EnvoyFilter *': opinion,
  'IST0151 EnvoyFilter *': opinion,
}

interface Analyzed {
  readonly code: string
  readonly origin: string
  readonly message: string
}

interface Finding {
  readonly rule: string
  readonly resource: string
  readonly message: string
  readonly object?: string
}

/** Several messages of one code and object differ by the rule of the VirtualService. */
function counterpartOf({ code, origin, message }: Analyzed): Counterpart | undefined {
  const [kind = ''] = origin.split(' ')
  const [, rule = ''] = /rule "([^"]*)"/.exec(message) ?? []
  const keys = [`${code} ${origin} ${rule}`.trim(), `${code} ${origin}`, `${code} ${kind} *`]
  return keys.map((key) => counterparts[key]).find((one) => one !== undefined)
}

test('what istioctl analyze reports of objects and proxies show, lint finds as well', async (t) => {
  const gateway = await lab.pod('istio=ingressgateway', 'istio-system')
  await withObjects(t, lab, readFileSync(new URL('../manifests/analyze.yaml', import.meta.url), 'utf8'))
  // They go away a moment after they were deleted: the next test has the mesh that it expects. Listeners drain for longer.
  t.after(async () => {
    await lab.kubectl('wait', '--for=delete', 'namespace/lab-analyze', '--timeout=60s')
    await eventually('the end of the clusters', async () =>
      (await lab.admin(gateway, 'clusters')).includes('lab-analyze') ? undefined : true,
    )
  })
  await awaitInDump(lab, gateway, 'claim.analyze.test')
  await awaitInDump(lab, gateway, 'outbound|80|v7|shop.lab-analyze')
  const analyzed = await lab.run(lab.istioctl, ['analyze', '-A', '-o', 'json'])
  const messages = (JSON.parse(analyzed.stdout) as Analyzed[]).toSorted((a, b) => (a.code < b.code ? -1 : 1))
  assert.ok(new Set(messages.map(({ code }) => code)).size >= 15, analyzed.stdout)
  const { stdout, stderr } = await proxyConfig(lab, 'lint', '-A', '--profile', 'core,edge,fleet', '-o', 'jsonl')
  const findings = stdout
    .trim()
    .split('\n')
    .map((line): Finding => JSON.parse(line))
  const wrong: string[] = []
  for (const message of messages) {
    const label = `${message.code} ${message.origin}: ${message.message.slice(0, 90)}`
    const counterpart = counterpartOf(message)
    if (counterpart === undefined) {
      wrong.push(`${label} has no counterpart`)
    } else if ('because' in counterpart) {
      t.diagnostic(`${message.code} ${message.origin}: not in proxies, ${counterpart.because}`)
    } else {
      const { rule, finds } = counterpart
      const found = findings.find((one) => one.rule === rule && finds.test(`${one.resource} ${one.message}`))
      if (found === undefined) wrong.push(`${label}: no finding of ${rule} has ${finds}`)
      else t.diagnostic(`${message.code} ${message.origin}: ${rule}, ${found.message}`)
    }
  }
  assert.deepEqual(wrong, [], stderr)
})
