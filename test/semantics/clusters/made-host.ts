import type { Host } from '../../../src/semantics/clusters/hosts.ts'

/** A healthy host of the first priority, with these fields. */
export function madeHost(label: string, fields: Partial<Host> = {}): Host {
  return {
    label,
    socket: undefined,
    internalListener: undefined,
    hostname: undefined,
    health: 'healthy',
    unhealthyCauses: [],
    excluded: false,
    weight: 1,
    priority: 0,
    locality: '',
    localityWeight: undefined,
    metadata: {},
    localityMetadata: {},
    ...fields,
  }
}
