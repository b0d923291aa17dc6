import type { Pod } from './pod.ts'

/** Where Istio's agent serves, unless a pod says otherwise. https://istio.io/latest/docs/ops/deployment/application-requirements/ */
const usualPort = 15_020

/**
 * The port of Istio's agent in a pod. Its `/stats/prometheus` has Envoy's metrics, its own and the application's together.
 * https://istio.io/latest/docs/ops/integrations/prometheus/#option-1-metrics-merging
 */
export function mergedMetricsPort({ annotations, containers }: Pod): number {
  const agent = containers.find(({ name }) => name === 'istio-proxy')
  const configured = [annotations['proxy.istio.io/config'], agent?.env.PROXY_CONFIG]
    .map((text) => /statusPort"?\s*:\s*"?(\d+)/.exec(text ?? '')?.[1])
    .find((port) => port !== undefined)
  return Number(/^\d+$/.exec(annotations['status.sidecar.istio.io/port'] ?? '')?.[0] ?? configured ?? usualPort)
}
