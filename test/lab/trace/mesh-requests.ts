import type { RequestSpec } from '../../../src/walk/request/request-spec.ts'
import type { Random } from './random.ts'

const services = ['reviews', 'reviews', 'reviews', 'details', 'ratings', 'productpage', 'carts', 'trace.test'] as const
const paths = [
  ...['/', '/old', '/old/x?y=1', '/older', '/OLD', '/reviews/1', '//old', '/%6Fld', '/old;a=b', '/a/../old', '/gone/1'],
  ...[
    '/v1/items/42',
    '/v2/items/7?x=y',
    '/v3/items/1',
    '/v1/items/x',
    '/v1/items/42/more',
    '/x?q=1',
    '/x?q=2',
    '/x?Q=1',
  ],
  ...['/case', '/CASE', '/case/', '/sensitive/1', '/SENSITIVE', '/split/a', '/rest', '/rest/1', '/nobody', '/reviewsx'],
] as const
const values = {
  'end-user': ['jason', 'Jason', 'jason ', 'jason,x'],
  'x-env': ['prod-eu', 'stage-', 'prod', 'xprod-eu', 'prod-eu-1'],
  'x-no': ['1', ''],
  'x-fault': ['yes', 'no', 'YES'],
} as const

function headers(random: Random): [string, string][] {
  return Object.entries(values).flatMap(([name, choices]): [string, string][] =>
    random.chance(0.2) ? [[name, random.pick(choices as unknown as [string, ...string[]])]] : [],
  )
}

/** A request out of a pod: to the address of one service, with a Host that may name another. */
export function outboundSpec(random: Random): RequestSpec {
  const service = random.pick(services)
  const named = random.chance(0.7) ? service : random.pick(services)
  const full = named.includes('.') ? named : `${named}.default.svc.cluster.local`
  const host = random.pick([
    ...([named, named, named, full, named.toUpperCase(), `${named}.`] as const),
    ...([`${named}.default`, 'nobody.test', '10.97.9.9', '[::1]'] as const),
  ])
  const port = random.pick([':9080', ':9080', '', ':80', ':9081'])
  const path = random.pick(paths)
  return { url: `http://${service}:9080`, path, headers: [['host', host + port], ...headers(random)] }
}

/** A request into a gateway. @param port of the listener @param domain of most hosts */
export function gatewaySpec(
  random: Random,
  address: string,
  port: number,
  domains: readonly [string, ...string[]],
): RequestSpec {
  const host = random.pick(domains) + random.pick(['', '', ':80', ':8080', ':443', ':9999', '.'])
  return {
    url: `http://${address}:${port}`,
    address,
    path: random.pick(['/reviews', ...paths]),
    headers: [['host', host], ...headers(random)],
  }
}
