import { type JsonObject, objectOf } from '../../../src/envoy/json.ts'
import type { HttpRequest } from '../../../src/semantics/request.ts'
import type { Random } from './random.ts'

/** Names and paths chosen to collide: prefixes of each other, in other cases, encoded, with ports. */
const hosts = [
  'shop.test',
  'api.shop.test',
  'a.api.shop.test',
  'shop.example',
  'shop.test.',
  'SHOP.test',
  'x-api.shop.test',
  '.shop.test',
  'other.org',
  '10.0.0.1',
  '[::1]',
] as const
const domains = [
  'shop.test',
  '*.shop.test',
  '*-api.shop.test',
  '*.api.shop.test',
  'shop.*',
  'shop.t*',
  '*',
  'api.shop.test:8080',
  '*:8443',
  'other.org',
  '[::1]',
] as const
const paths = [
  '/',
  '/a',
  '/a/',
  '/a/b',
  '/ab',
  '/A/b',
  '/a%2Fb',
  '//a',
  '/a//b',
  '/a/../b',
  '/a/./b',
  '/a;x=1',
  '/a?x=1',
  '/a?x=1&x=2',
  '/v1/items/42',
  '/v1/items/x',
  '/%61',
  '/a\\b',
  '/b?y',
  '/v1',
] as const
const matches: readonly [JsonObject, ...JsonObject[]] = [
  { prefix: '/' },
  { prefix: '/a' },
  { prefix: '/a/' },
  { prefix: '/A', case_sensitive: false },
  { path: '/a' },
  { path: '/a/b' },
  { path: '/ab', case_sensitive: false },
  { path_separated_prefix: '/a' },
  { path_separated_prefix: '/v1' },
  { safe_regex: { regex: '/v1/items/[0-9]+' } },
  { safe_regex: { regex: '/a.*' } },
  { safe_regex: { regex: '(?i)/A/B' } },
  {
    path_match_policy: {
      name: 'envoy.path.match.uri_template.uri_template_matcher',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig',
        path_template: '/v1/{kind}/{id}',
      },
    },
  },
]
const values = ['', '1', 'a', 'A', 'b,a', 'prod-eu', '10', '-3', 'äö'] as const
const headerNames = ['x-user', 'x-env', 'X-Num'] as const

function headerMatcher(random: Random): JsonObject {
  const name = random.pick(headerNames)
  const invert = random.chance(0.3) ? { invert_match: true } : {}
  const empty = random.chance(0.2) ? { treat_missing_header_as_empty: true } : {}
  const condition = random.pick<JsonObject>([
    { string_match: { exact: random.pick(values) } },
    { string_match: { exact: random.pick(values), ignore_case: true } },
    { string_match: { prefix: 'p' } },
    { string_match: { suffix: '-eu' } },
    { string_match: { contains: 'a' } },
    { string_match: { safe_regex: { regex: '[a-z,]+' } } },
    { range_match: { start: '-5', end: '10' } },
    { present_match: random.chance(0.5) },
    {},
  ])
  return { name, ...condition, ...invert, ...('present_match' in condition ? {} : empty) }
}

function queryMatcher(random: Random): JsonObject {
  const name = random.pick(['x', 'y'])
  return random.pick<JsonObject>([
    { name, string_match: { exact: '1' } },
    { name, string_match: { prefix: 'A', ignore_case: true } },
    { name, present_match: true },
    { name, present_match: false },
    { name },
  ])
}

function redirect(random: Random): JsonObject {
  const where = random.pick<JsonObject>([
    { path_redirect: '/new' },
    { path_redirect: '/new?z=1' },
    { prefix_rewrite: '/moved' },
    {},
    { regex_rewrite: { pattern: { regex: '^/a(.*)$' }, substitution: '/z\\1' } },
  ])
  const how = random.pick<JsonObject>([{}, { https_redirect: true }, { scheme_redirect: 'https' }])
  const host = random.pick<JsonObject>([{}, { host_redirect: 'moved.test' }, { port_redirect: 9443 }])
  const code = random.pick(['MOVED_PERMANENTLY', 'FOUND', 'SEE_OTHER', 'TEMPORARY_REDIRECT', 'PERMANENT_REDIRECT'])
  return { ...where, ...how, ...host, response_code: code, ...(random.chance(0.3) ? { strip_query: true } : {}) }
}

function action(random: Random, clusters: readonly [string, ...string[]]): JsonObject {
  const kind = random.below(10)
  if (kind === 0) return { redirect: { ...redirect(random) } }
  if (kind === 1)
    return { direct_response: { status: random.pick([200, 201, 302, 404, 418]), body: { inline_string: 'x' } } }
  const rewrite = random.pick<JsonObject>([
    {},
    {},
    { prefix_rewrite: '/new' },
    { regex_rewrite: { pattern: { regex: '/([a-z])' }, substitution: '/<\\1>' } },
    { host_rewrite_literal: 'inner.test' },
    { host_rewrite_header: 'x-user' },
  ])
  if (kind === 2) return { route: { cluster_header: 'x-cluster', ...rewrite } }
  return { route: { cluster: random.pick(clusters), ...rewrite } }
}

function generatedRoute(random: Random, name: string, clusters: readonly [string, ...string[]]): JsonObject {
  const match = random.pick(matches)
  const headers = random.chance(0.4) ? { headers: [headerMatcher(random)] } : {}
  const query = random.chance(0.2) ? { query_parameters: [queryMatcher(random)] } : {}
  const chosen = action(random, clusters)
  // Envoy refuses a prefix rewrite where a template matches.
  for (const part of [chosen.route, chosen.redirect])
    if (match.path_match_policy !== undefined) delete objectOf(part).prefix_rewrite
  return { name, match: { ...match, ...headers, ...query }, ...chosen }
}

/** A route configuration at random; every route has its place as its name. */
export function routeConfiguration(random: Random, clusters: readonly [string, ...string[]]): JsonObject {
  const shuffled = [...domains].filter(() => random.chance(0.7)).sort(() => random.below(3) - 1)
  const virtual_hosts = shuffled.map((domain, place) => ({
    name: `v${place}`,
    domains: [domain],
    ...(random.chance(0.1) ? { require_tls: random.pick(['ALL', 'EXTERNAL_ONLY']) } : {}),
    routes: Array.from({ length: 1 + random.below(6) }, (_, index) =>
      generatedRoute(random, `v${place}/${index}`, clusters),
    ),
  }))
  const lookup = random.pick<JsonObject>([
    {},
    { ignore_port_in_host_matching: true },
    { ignore_path_parameters_in_path_matching: true },
  ])
  return { name: 'generated', virtual_hosts, ...lookup, validate_clusters: false }
}

/** Settings of a connection manager that change host and path before routing. */
export function managerSettings(random: Random): JsonObject {
  return {
    ...random.pick<JsonObject>([
      {},
      { normalize_path: true },
      { merge_slashes: true },
      { normalize_path: true, merge_slashes: true },
    ]),
    ...random.pick<JsonObject>([
      {},
      { path_with_escaped_slashes_action: 'REJECT_REQUEST' },
      { path_with_escaped_slashes_action: 'UNESCAPE_AND_FORWARD' },
      { path_with_escaped_slashes_action: 'UNESCAPE_AND_REDIRECT' },
    ]),
    ...random.pick<JsonObject>([
      {},
      { strip_any_host_port: true },
      { strip_matching_host_port: true },
      { strip_trailing_host_dot: true },
    ]),
    ...random.pick<JsonObject>([{}, { use_remote_address: true }]),
  }
}

export function httpRequest(random: Random, name: string, listenerPort: number): HttpRequest {
  const port = random.pick(['', '', '', ':8080', ':8443', ':80', `:${listenerPort}`, ':x'])
  const headers = headerNames.flatMap((header): [string, string][] => {
    const count = random.pick([0, 0, 1, 1, 2])
    return Array.from({ length: count }, () => [
      header,
      random.pick(values.slice(0, -1) as unknown as [string, ...string[]]),
    ])
  })
  const more: [string, string][] = random.chance(0.2) ? [['x-cluster', random.pick(['one', 'two', 'gone'])]] : []
  const forwarded: [string, string][] = random.chance(0.1) ? [['x-forwarded-proto', 'https']] : []
  return {
    method: random.pick(['GET', 'GET', 'POST', 'OPTIONS']),
    path: random.pick(paths),
    authority: random.pick(hosts) + port,
    headers: [['x-case', name], ...headers, ...more, ...forwarded],
  }
}
