import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Proxies, the clusters of each, and the hosts of each of these: a million together. */
const proxies = 200
const clusters = 100
const hosts = 50

/** Replies to `/clusters?format=json` of many proxies that know the same clusters, each with its counters, as Envoy lays them out. */
export function growEndpoints(folder: string): void {
  mkdirSync(folder)
  for (let proxy = 0; proxy < proxies; proxy++) {
    const statuses = Array.from({ length: clusters }, (_, cluster) => ({
      name: `outbound|8080||service-${cluster}.namespace-${cluster % 20}.svc.cluster.local`,
      added_via_api: true,
      host_statuses: Array.from({ length: hosts }, (_host, host) => statusOf(`10.${cluster}.${host}.${proxy}`)),
    }))
    writeFileSync(endpointsFile(folder, proxy), JSON.stringify({ cluster_statuses: statuses }, undefined, 1))
  }
}

/** The words that name all of them. */
export function endpointsFlags(folder: string): string[] {
  return Array.from({ length: proxies }, (_, proxy) => ['--file', endpointsFile(folder, proxy)]).flat()
}

function endpointsFile(folder: string, proxy: number): string {
  return join(folder, `clusters-${proxy}.json`)
}

function statusOf(address: string): object {
  return {
    address: { socket_address: { address, port_value: 8080 } },
    stats: ['cx_connect_fail', 'cx_total', 'rq_error', 'rq_success', 'rq_timeout', 'rq_total'].map((name) => ({
      name,
    })),
    health_status: { eds_health_status: 'HEALTHY' },
    weight: 1,
    locality: { region: 'eu-central-1', zone: 'eu-central-1a' },
  }
}
