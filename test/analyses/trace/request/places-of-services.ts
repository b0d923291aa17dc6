import type { JsonObject } from '../../../../src/envoy/json.ts'
import { staticCluster } from '../dump-of.ts'

export const full = (name: string, namespace = 'default'): string => `${name}.${namespace}.svc.cluster.local`

export const clusters = (...names: string[]): JsonObject[] => [
  { name: 'PassthroughCluster', type: 'ORIGINAL_DST' },
  ...names.map((name) => staticCluster(name, '1.1.1.1:1')),
]

export const bootstrap = { node: { id: 'sidecar~10.244.1.7~web.default~x', metadata: { NAMESPACE: 'default' } } }
