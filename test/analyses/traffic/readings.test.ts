import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clusterTraffic } from '../../../src/analyses/traffic/host-traffic.ts'
import { statistic } from '../../../src/analyses/traffic/readings.ts'
import { trafficSample } from '../../../src/analyses/traffic/sample.ts'

const name = 'cluster.reviews.upstream_rq_retry'
const stats = (value: number) => ({ stats: [{ name, value }] })
const clusters = (requests: number) => ({
  cluster_statuses: [
    {
      name: 'reviews',
      host_statuses: [
        {
          address: { socket_address: { address: '10.0.0.1', port_value: 80 } },
          stats: [{ name: 'rq_total', value: `${requests}` }],
        },
      ],
    },
  ],
})

test('a rate is the growth between two samples; what the first does not know has none', () => {
  const last = trafficSample(clusters(500), stats(50))
  const rates = (first: ReturnType<typeof trafficSample>) => {
    const readings = { first, last, seconds: 10 }
    return [statistic(name, readings), clusterTraffic('reviews', readings)?.requests]
  }
  assert.deepEqual(rates(trafficSample(clusters(400), stats(40))), [1, 10])
  assert.deepEqual(rates(trafficSample({}, { stats: [] })), [5, 50], 'began at 0 since then')
  assert.deepEqual(rates(trafficSample(undefined, undefined)), [undefined, undefined])
})
