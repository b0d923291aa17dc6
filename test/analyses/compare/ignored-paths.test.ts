import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ignoredPath } from '../../../src/analyses/compare/model/ignored-paths.ts'
import { UsageError } from '../../../src/errors.ts'
import { dumpWith } from '../diff/dumps.ts'
import { comparison, told } from './proxies.ts'

const routes = (timeout: string, weight: number) => ({
  name: '9080',
  virtual_hosts: [
    {
      name: 'reviews:80',
      domains: ['reviews'],
      routes: [
        {
          match: { prefix: '/' },
          route: {
            timeout,
            weighted_clusters: {
              clusters: [
                { name: 'v1', weight },
                { name: 'v2', weight: 100 - weight },
              ],
            },
          },
        },
      ],
      typed_per_filter_config: { 'envoy.filters.http.cors': { '@type': 'type.googleapis.com/x.Y', value: weight } },
    },
  ],
})
const clusters = (connect_timeout: string) => [
  { name: 'a', connect_timeout },
  { name: 'b', connect_timeout },
]
const before = dumpWith({ routes: [routes('1s', 80)], clusters: clusters('1s') })
const after = dumpWith({ routes: [routes('2s', 20)], clusters: clusters('2s') })

const weights = 'virtual_hosts[reviews:80].routes[0].route.weighted_clusters.clusters'
const all = [
  'clusters ~ a connect_timeout',
  'clusters ~ b connect_timeout',
  'routes ~ 9080 virtual_hosts[reviews:80].routes[0].route.timeout',
  `routes ~ 9080 ${weights}[v1].weight`,
  `routes ~ 9080 ${weights}[v2].weight`,
  'routes ~ 9080 virtual_hosts[reviews:80].typed_per_filter_config["envoy.filters.http.cors"].value',
]

for (const [path, gone] of [
  ['connect_timeout', [0, 1]],
  ['clusters:connect_timeout', [0, 1]],
  ['cds:connect_timeout', [0, 1]],
  ['clusters/a:connect_timeout', [0]],
  ['routes:connect_timeout', []],
  ['timeout', []],
  ['..timeout', [2]],
  ['virtual_hosts', [2, 3, 4, 5]],
  ['virtual_hosts.routes', [2, 3, 4]],
  ['virtual_hosts[*].routes[*].route.timeout', [2]],
  ['virtual_hosts[reviews:80].routes[0].route.timeout', [2]],
  ['virtual_hosts[ratings:80].routes[0].route.timeout', []],
  [`${weights}[v1].weight`, [3]],
  [`${weights}.weight`, [3, 4]],
  ['..weight', [3, 4]],
  ['virtual_hosts.typed_per_filter_config["envoy.filters.http.cors"]', [5]],
  ['virtual_hosts.typed_per_filter_config["envoy.filters.http.jwt"]', []],
  ['virtual_hosts.routes.route.timeout.seconds', []],
] as const)
  test(`--ignore ${path}`, async () => {
    const found = await comparison(before, after, { ignored: [ignoredPath(path)] })
    assert.deepEqual(
      told(found),
      all.filter((_, index) => !(gone as readonly number[]).includes(index)),
    )
  })

for (const path of ['', ':', 'routes:', 'nothing:timeout', 'a b', 'a..b', 'a[', '[0', '..', 'routes/9080:'])
  test(`--ignore ${JSON.stringify(path)} cannot be read`, () => {
    assert.throws(() => ignoredPath(path), UsageError)
  })
