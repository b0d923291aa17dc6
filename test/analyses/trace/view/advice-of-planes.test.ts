import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adviceFor } from '../../../../src/analyses/trace/advice/advice.ts'
import { contour } from '../../../../src/envoy/control-plane/contour.ts'
import { envoyGateway } from '../../../../src/envoy/control-plane/envoy-gateway.ts'
import { istio } from '../../../../src/envoy/control-plane/istio.ts'
import type { Outcome } from '../../../../src/semantics/outcome.ts'

const answered = (status: number): Outcome => ({
  kind: 'directResponse',
  status,
  reason: { code: 'route-answers', args: {} },
})

test('a route that answers with 5xx stands for a backend that was not found, where the control plane writes such routes', () => {
  assert.match(
    adviceFor(answered(503), undefined, contour) ?? '',
    /^Is the answer meant\? .* Contour: A 503 without a body stands for a Service that was not found: kubectl get httpproxies/,
  )
  assert.match(adviceFor(answered(500), undefined, envoyGateway) ?? '', /kubectl get httproutes -A -o yaml/)
  assert.equal(adviceFor(answered(451), undefined, envoyGateway), undefined)
  assert.equal(adviceFor(answered(503), undefined, istio), undefined)
  assert.equal(adviceFor(answered(503), undefined), undefined)
})
