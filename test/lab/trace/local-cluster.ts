import type { JsonObject } from '../../../src/envoy/json.ts'
import { address } from './compare-http.ts'

/** A cluster with one endpoint, a port of this machine. */
export function localCluster(name: string, port: number): JsonObject {
  const endpoint = { address: address('127.0.0.1', port) }
  return {
    name,
    connect_timeout: '1s',
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint }] }] },
  }
}
