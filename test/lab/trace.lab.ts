import { type TestContext, test } from 'node:test'
import type { JsonObject } from '../../src/envoy/json.ts'
import { startEcho } from './trace/client.ts'
import { address, compareHttp, type HttpCases, router } from './trace/compare-http.ts'
import { filteredManager, filteredRequest } from './trace/filter-cases.ts'
import { httpRequest, managerSettings, routeConfiguration } from './trace/http-cases.ts'

const seed = Number(process.env.TRACE_SEED ?? 20251101)

function cluster(name: string, host: string, port: number): JsonObject {
  return {
    name,
    connect_timeout: '1s',
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: address(host, port) } }] }],
    },
  }
}

test('traces agree with a real Envoy on generated HTTP requests', (t) =>
  compare(t, {
    requests: 2400,
    manager: (random) => ({
      http_filters: [router],
      route_config: routeConfiguration(random, ['one', 'two', 'empty', 'gone']),
      ...managerSettings(random),
    }),
    request: httpRequest,
  }))

test('traces agree with a real Envoy on HTTP filters and what routes make of them', (t) =>
  compare(t, { requests: 1200, manager: (random) => filteredManager(random, router), request: filteredRequest }))

async function compare(t: TestContext, cases: Pick<HttpCases, 'requests' | 'manager' | 'request'>): Promise<void> {
  const echoes = await Promise.all([startEcho('127.0.0.1', 21_901), startEcho('127.0.0.1', 21_902)])
  const clusters = [cluster('one', '127.0.0.1', 21_901), cluster('two', '127.0.0.1', 21_902), { name: 'empty' }]
  try {
    await compareHttp(t, { ...cases, seed, clusters })
  } finally {
    for (const echo of echoes) echo.close()
  }
}
