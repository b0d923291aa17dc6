import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Output } from '../lab.ts'
import { fullName, type Gateway, openGateways } from './gateway.ts'

const { lab, all, run } = await openGateways()
const manifest = (name: string) => new URL(`../manifests/gateways/advice-${name}.yaml`, import.meta.url).pathname
const manifests = { Contour: manifest('contour'), 'Envoy Gateway': manifest('envoy-gateway') }

interface Failure {
  readonly what: string
  /** URL and flags of `trace`. */
  readonly trace?: readonly string[]
  /** Arguments of curl for requests that are sent, as often as they stand there, and then found in the log by the status. */
  readonly sent?: readonly (readonly string[])[]
  readonly status?: number
  /** Objects and fields of the control plane that have to be named. */
  readonly expected: readonly RegExp[]
}

const plain = (host: string, path = '/', ...flags: string[]) => [
  '-H',
  `Host: ${host}.example.com`,
  ...flags,
  `http://PROXY${path}`,
]

const failures: Readonly<Record<Gateway['name'], readonly Failure[]>> = {
  'Envoy Gateway': [
    {
      what: 'no route has the host',
      trace: ['http://nohost.example.com/'],
      expected: [/no HTTPRoute, GRPCRoute or TLSRoute names nohost\.example\.com/, /hostnames of an HTTPRoute/],
    },
    {
      what: 'host that the listener does not have',
      trace: ['http://wrong-listener.example.com/'],
      expected: [
        /HTTPRoute wrong-listener\.edge: Accepted is False for Gateway eg\.edge \(https\) \(NoMatchingListenerHostname/,
        /kubectl describe httproute wrong-listener -n edge/,
      ],
    },
    {
      what: 'no rule for the path',
      trace: ['http://narrow.example.com/'],
      expected: [
        /HTTPRoute narrow\.edge names narrow\.example\.com for Gateway eg\.edge/,
        /Add a rule to the HTTPRoute/,
      ],
    },
    {
      what: 'Service that does not exist',
      trace: ['http://plain.example.com/nosuch'],
      expected: [/HTTPRoute plain\.edge: .*\(BackendNotFound: .*service edge\/nosuch not found\)/],
    },
    {
      what: 'wrong port of the Service',
      trace: ['http://wrong-port.example.com/'],
      expected: [/HTTPRoute wrong-port\.edge: .*\(PortNotFound: .*Port 81 not found on Service edge\/web\)/],
    },
    {
      what: 'Service without endpoints',
      trace: ['http://plain.example.com/empty'],
      expected: [
        /HTTPRoute plain\.edge: .*\(EndpointsNotFound: .*no ready endpoints for the related Service edge\/empty\)/,
      ],
    },
    {
      what: 'no ReferenceGrant',
      trace: ['http://no-grant.example.com/'],
      expected: [/HTTPRoute no-grant\.edge: .*\(RefNotPermitted: .*not permitted by any ReferenceGrant\)/],
    },
    {
      what: 'all weights 0',
      trace: ['http://weightless.example.com/'],
      expected: [/\[HTTPRoute\/weightless\.edge\]/, /weights that are all 0/],
    },
    {
      what: 'listener whose Secret does not exist',
      trace: ['https://no-secret.example.com:444/', '--target-port', '10444'],
      expected: [/Gateway eg\.edge: .*for listener no-secret \(.*edge\/nosuch/],
    },
    {
      what: 'SecurityPolicy whose Secret does not exist',
      trace: ['http://bad-policy.example.com/'],
      expected: [
        /SecurityPolicy bad-policy\.edge: Accepted is False .*secret edge\/nosuch does not exist/,
        /kubectl describe securitypolicy bad-policy -n edge/,
      ],
    },
    {
      what: 'SecurityPolicy denies',
      trace: ['http://guarded.example.com/', '-X', 'POST', '--source', '10.78.0.1'],
      expected: [
        /SecurityPolicy guarded\.edge applies to HTTPRoute guarded\.edge/,
        /authorization of the SecurityPolicy/,
      ],
    },
    {
      what: 'password missing',
      trace: ['http://basic.example.com/'],
      expected: [/SecurityPolicy basic\.edge applies to HTTPRoute basic\.edge/, /basicAuth and apiKeyAuth of the Sec/],
    },
    {
      what: 'client certificate missing',
      trace: ['https://shop.example.com/'],
      expected: [
        /ClientTrafficPolicy clients\.edge applies to Gateway eg\.edge/,
        /clientValidation of the ClientTraffic/,
      ],
    },
    {
      what: 'external authorization denies',
      sent: [plain('asked')],
      status: 403,
      expected: [/route by HTTPRoute\/asked\.edge/, /extAuth of the SecurityPolicy names the service/],
    },
    {
      what: 'rate limit',
      sent: [1, 2, 3].map(() => plain('limited', '/', '-H', 'x-tenant: a')),
      status: 429,
      expected: [/BackendTrafficPolicy\/limited\.edge/, /rateLimit of the BackendTrafficPolicy/],
    },
    {
      what: 'timeout',
      sent: [plain('narrow', '/slow')],
      status: 504,
      expected: [
        /route by HTTPRoute\/narrow\.edge/,
        /timeout of the route \(300 ms\)/,
        /timeouts of the HTTPRoute rule/,
      ],
    },
  ],
  Contour: [
    {
      what: 'no HTTPProxy has the host',
      trace: ['http://nohost.example.com/'],
      expected: [/no HTTPProxy names nohost\.example\.com/, /virtualhost\.fqdn of an HTTPProxy/],
    },
    {
      what: 'two HTTPProxies with one host',
      trace: ['http://twice.example.com/'],
      expected: [/HTTPProxy twice-a\.shop: .*\(DuplicateVhost/, /HTTPProxy twice-b\.shop: .*\(DuplicateVhost/],
    },
    {
      what: 'no route for the path',
      trace: ['http://narrow.example.com/'],
      expected: [/HTTPProxy narrow\.shop names narrow\.example\.com/, /Add a route to the HTTPProxy/],
    },
    {
      what: 'include that does not exist',
      trace: ['http://no-include.example.com/part'],
      expected: [/HTTPProxy no-include\.shop: .*\(IncludeNotFound: include shop\/nosuch not found\)/],
    },
    {
      what: 'Service that does not exist',
      trace: ['http://broken.example.com/'],
      expected: [
        /HTTPProxy broken\.shop: Valid is False \(ServiceUnresolvedReference: .*service "shop\/nosuch" not found\)/,
        /kubectl describe httpproxy broken -n shop/,
      ],
    },
    {
      what: 'wrong port of the Service',
      trace: ['http://wrong-port.example.com/'],
      expected: [/HTTPProxy wrong-port\.shop: .*port "81" on service "shop\/web" not matched\)/],
    },
    {
      what: 'Service without endpoints',
      trace: ['http://plain.example.com/empty'],
      expected: [/\[HTTPProxy\/plain\.shop\]/, /services of the HTTPProxy name the right port/],
    },
    {
      what: 'Secret that does not exist',
      trace: ['https://no-secret.example.com/'],
      expected: [/HTTPProxy no-secret\.shop: .*\(SecretNotValid: .*"nosuch" is invalid: Secret not found\)/],
    },
    {
      what: 'Secret of another namespace, not delegated',
      trace: ['https://not-delegated.example.com/'],
      expected: [/HTTPProxy not-delegated\.shop: .*\(DelegationNotPermitted/],
    },
    {
      what: 'ipAllowPolicy denies',
      trace: ['http://plain.example.com/internal', '--source', '10.78.0.1'],
      expected: [/\[HTTPProxy\/plain\.shop\]/, /ipAllowPolicy and ipDenyPolicy of the HTTPProxy/],
    },
    {
      what: 'client certificate missing',
      trace: ['https://clients.example.com/'],
      expected: [/virtualhost\.tls\.clientValidation of the HTTPProxy/],
    },
    {
      what: 'external authorization denies',
      sent: [['-k', '--resolve', 'asked.example.com:8443:ADDRESS', 'https://asked.example.com:8443/']],
      status: 403,
      expected: [/virtualhost\.authorization\.extensionRef of the HTTPProxy names the ExtensionService/],
    },
    {
      what: 'rate limit',
      sent: [1, 2].map(() => plain('plain', '/limited')),
      status: 429,
      expected: [/route by HTTPProxy\/plain\.shop/, /rateLimitPolicy of the route or of virtualhost in the HTTPProxy/],
    },
    {
      what: 'timeout',
      sent: [plain('narrow', '/slow')],
      status: 504,
      expected: [/route by HTTPProxy\/narrow\.shop/, /timeoutPolicy of the route in the HTTPProxy/],
    },
  ],
}

const listener = {
  name: 'no-secret',
  port: 444,
  protocol: 'HTTPS',
  hostname: 'no-secret.example.com',
  tls: { mode: 'Terminate', certificateRefs: [{ name: 'nosuch' }] },
}

/** The listeners of the Gateway, with one more or as they are in its manifest. */
async function listeners(isMore: boolean): Promise<void> {
  const place = isMore ? '/spec/listeners/-' : '/spec/listeners/4'
  const patch = JSON.stringify([isMore ? { op: 'add', path: place, value: listener } : { op: 'remove', path: place }])
  const { code, stderr } = await lab.kubectl(
    'patch',
    'gateways.gateway.networking.k8s.io',
    'eg',
    '-n',
    'edge',
    '--type=json',
    '-p',
    patch,
  )
  assert.equal(code, 0, stderr)
}

/** What comes of a request, as `curl` says it. */
async function send({ proxy, httpPort }: Gateway, args: readonly string[]): Promise<Output> {
  const to = args.map((word) => word.replace('PROXY', `${proxy.ip}:${httpPort}`).replace('ADDRESS', proxy.ip))
  return lab.run('curl', ['-s', '-m', '5', '-o', '/dev/null', '-w', '%{http_code}', ...to])
}

before(async () => {
  for (const { name, backends } of all) {
    const { stdout } = await lab.kubectl(
      'get',
      'secret',
      'shop-cert',
      '-n',
      backends,
      '-o',
      'jsonpath={.data.tls\\.crt}',
    )
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'clients', namespace: backends },
      data: { 'ca.crt': stdout },
    }
    await lab.run('sh', ['-c', 'printf %s "$0" | kubectl apply -f -', JSON.stringify(secret)])
    const { code, stderr } = await lab.kubectl('apply', '-f', manifests[name])
    assert.equal(code, 0, stderr)
    if (name === 'Envoy Gateway') await listeners(true)
  }
  // All at once and before the traces: Envoy writes its log at the latest ten seconds after a request.
  await Promise.all(all.flatMap((gateway) => failures[gateway.name].map((failure) => fail(gateway, failure))))
})

/** Sends the requests of a failure until they fail so: the change that they depend on may still be on its way. */
async function fail(gateway: Gateway, { sent = [], status }: Failure): Promise<void> {
  if (status === undefined) return
  const codes = async () => (await Promise.all(sent.map((args) => send(gateway, args)))).map(({ stdout }) => stdout)
  await until(async () => (await codes()).join(' '), [new RegExp(`\\b${status}\\b`)])
}

after(async () => {
  for (const { name, backends } of all) {
    await lab.kubectl('delete', '--ignore-not-found', '-f', manifests[name], '--wait=false')
    await lab.kubectl('delete', 'secret', 'clients', '-n', backends, '--ignore-not-found')
    if (name === 'Envoy Gateway') await listeners(false)
  }
})

/** Repeats a question until its answer has what is expected: what was applied takes a moment, and Envoy writes its log in pieces. */
async function until(ask: () => Promise<string>, expected: readonly RegExp[]): Promise<string> {
  for (const end = Date.now() + 40_000; ; await pause(1000)) {
    const text = await ask()
    if (expected.every((pattern) => pattern.test(text))) return text
    if (Date.now() > end) assert.fail(`not so in time: ${expected.filter((one) => !one.test(text)).join(' ')}\n${text}`)
  }
}

for (const gateway of all) {
  const { name, proxy } = gateway
  const place = [proxy.name, '-n', proxy.namespace]
  const told = async (...args: string[]) => {
    const { stdout, stderr } = await run(...args)
    return `${stderr}${stdout}`
  }
  for (const { what, trace = [], status, expected } of failures[name]) {
    test(`${name}: ${what}`, async (t) => {
      const text = await until(
        () =>
          status === undefined
            ? told('trace', ...place, ...trace)
            : told('explain', ...place, '--since', '5m', '--where', `code=${status}`),
        expected,
      )
      const lines = text.split('\n').filter((line) => /Warning:|Next:|^ {2}=>|^Gateway |found|next /.test(line))
      for (const line of lines) t.diagnostic(line.trim())
    })
  }
}

test('every control plane of the lab has ten failures and more', () => {
  for (const { name } of all) assert.ok(failures[name].length >= 10)
  assert.ok(all.every(({ proxy }) => fullName(proxy) !== ''))
})
