import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import type { Parts, Proof } from '../proof.ts'
import { type Question, settled } from '../question.ts'
import { serverPorts } from '../servers.ts'

const { first, second, http2 } = serverPorts

function one(
  { cluster, route }: Parts,
  ports: readonly number[],
  { ofCluster = {}, ofRoute = {} }: { ofCluster?: JsonObject; ofRoute?: JsonObject },
) {
  return { routes: [route('main', ofRoute)], clusters: [cluster('main', ports, ofCluster)] }
}

/**
 * Asks for failures until Envoy has ejected so many hosts of a cluster, which its main thread does a moment after an answer, and then until
 * the worker knows of it: it answers without a server, or did not for a second.
 */
async function failures(
  { http, stat }: Question,
  [cluster, hosts]: readonly [string, number],
  headers: Readonly<Record<string, string>> = {},
) {
  const ask = () => http({ path: '/fail', headers })
  let last = await ask()
  await settled(async () => {
    last = await ask()
    return (await stat(`cluster.${cluster}.outlier_detection.ejections_active`)) === hosts
  })
  for (let count = 0; count < 20 && last.headers['x-server'] !== undefined; count++) {
    await sleep(50)
    last = await ask()
  }
  return last
}

const eager = { consecutive_5xx: 1, interval: '0.1s', base_ejection_time: '60s', max_ejection_percent: 100 }

/** A cluster that takes the address that the client names. */
const chosen: JsonObject = {
  type: 'ORIGINAL_DST',
  lb_policy: 'CLUSTER_PROVIDED',
  original_dst_lb_config: { use_http_header: true },
  common_lb_config: { healthy_panic_threshold: {} },
}

export const upstreamProofs: readonly Proof[] = [
  {
    rule: 'circuit-breaker-zero',
    defect: (parts) => one(parts, [first], { ofCluster: { circuit_breakers: { thresholds: [{ max_requests: 0 }] } } }),
    fix: (parts) => one(parts, [first], { ofCluster: { circuit_breakers: { thresholds: [{ max_requests: 100 }] } } }),
    symptom: /^503 UO .*overflow/,
    cured: /^200/,
  },
  {
    rule: 'cluster-empty-and-used',
    defect: (parts) => one(parts, [], {}),
    fix: (parts) => one(parts, [first], {}),
    symptom: /^503 UH no_healthy_upstream/,
    cured: /^200/,
  },
  {
    rule: 'grpc-over-http1',
    defect: ({ cluster, name }) => ({ routes: [grpcRoute(name('main'))], clusters: [cluster('main', [http2])] }),
    fix: ({ cluster, name }) => ({
      routes: [grpcRoute(name('main'))],
      clusters: [cluster('main', [http2], { http2_protocol_options: {} })],
    }),
    ask: ({ http }) => http({ method: 'POST', headers: { 'content-type': 'application/grpc' } }),
    symptom: /^(?:50\d|200) (?:UPE|UC|UT)/,
    cured: /^200(?! U)/,
  },
  {
    rule: 'outlier-can-eject-all',
    defect: (parts) =>
      one(parts, [first, second], {
        ofCluster: { outlier_detection: eager, common_lb_config: { healthy_panic_threshold: {} } },
      }),
    fix: (parts) => one(parts, [first, second], { ofCluster: { outlier_detection: eager } }),
    ask: (question) => failures(question, ['outlier-can-eject-all.main', 2]),
    symptom: /^503 UH no_healthy_upstream/,
    cured: /^503 via_upstream/,
  },
  {
    rule: 'outlier-has-no-effect',
    defect: ({ cluster, route }) => {
      const { load_assignment: _, ...own } = cluster('main', [])
      return { routes: [route('main')], clusters: [{ ...own, ...chosen, outlier_detection: eager }] }
    },
    fix: (parts) =>
      one(parts, [first], {
        ofCluster: { outlier_detection: eager, common_lb_config: { healthy_panic_threshold: {} } },
      }),
    ask: (question) =>
      failures(question, ['outlier-has-no-effect.main', 1], { 'x-envoy-original-dst-host': `127.0.0.1:${first}` }),
    symptom: /^503 via_upstream/,
    cured: /^503 UH no_healthy_upstream/,
  },
  {
    rule: 'retry-cannot-happen',
    defect: (parts) =>
      one(parts, [first], { ofRoute: retried('2s', { retry_on: 'reset,5xx', per_try_timeout: '4s' }) }),
    fix: (parts) => one(parts, [first], { ofRoute: retried('2s', { retry_on: 'reset,5xx', per_try_timeout: '0.2s' }) }),
    ask: ({ http }) => http({ path: '/hang', headers: { 'x-key': 'hang' } }),
    symptom: /^504 UT/,
    cured: /^200/,
  },
  {
    rule: 'retry-token-unknown',
    defect: (parts) => one(parts, [first], { ofRoute: retried('2s', { retry_on: '5xxx' }) }),
    fix: (parts) => one(parts, [first], { ofRoute: retried('2s', { retry_on: '5xx' }) }),
    ask: ({ http }) => http({ path: '/flaky', headers: { 'x-key': 'flaky' } }),
    symptom: /^503/,
    cured: /^200/,
  },
  {
    rule: 'stream-idle-below-timeout',
    defect: (parts) => ({
      ...one(parts, [first], { ofRoute: { timeout: '5s' } }),
      manager: { stream_idle_timeout: '0.2s' },
    }),
    fix: (parts) => ({
      ...one(parts, [first], { ofRoute: { timeout: '5s' } }),
      manager: { stream_idle_timeout: '9s' },
    }),
    ask: ({ http }) => http({ path: '/slow' }),
    symptom: /^504 SI stream_idle_timeout/,
    cured: /^200/,
  },
]

function grpcRoute(cluster: string): JsonObject {
  return { match: { prefix: '/', grpc: {} }, route: { cluster, timeout: '1s' } }
}

function retried(timeout: string, retry_policy: JsonObject): JsonObject {
  return { timeout, retry_policy }
}
