/** A running, ready pod with an Istio sidecar, as the API gives it. */
export function podObject(
  name: string,
  overrides: { phase?: string; labels?: object; containers?: object[]; status?: object } = {},
) {
  const {
    phase = 'Running',
    labels = {},
    containers = [
      { name: 'app', image: 'app:1' },
      { name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.29.0' },
    ],
  } = overrides
  return {
    kind: 'Pod',
    metadata: { name, namespace: 'default', creationTimestamp: '2026-01-01T00:00:00Z', labels },
    spec: { nodeName: 'node-1', containers },
    status: {
      phase,
      conditions: [
        { type: 'Ready', status: phase === 'Running' ? 'True' : 'False', lastTransitionTime: '2026-01-01T00:00:05Z' },
      ],
      ...overrides.status,
    },
  }
}
