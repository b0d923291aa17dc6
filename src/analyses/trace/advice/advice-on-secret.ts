import type { Topical } from '../../../envoy/control-plane/with-words.ts'

/** Istio's secret with what verifies clients, beside the one with the certificate (tls mode MUTUAL): `kubernetes://shop-cert-cacert` */
const ofClientCas = /^(?:[\w-]+:\/\/)?(?:[^/]+\/)?([^/]+)-cacert$/

/** What to do about a secret that does not come; undefined where its name says nothing of it. */
export function adviceOnSecret(secret: string): Topical | undefined {
  const [, name] = ofClientCas.exec(secret) ?? []
  if (name === undefined) return undefined
  return {
    text: `That secret has the CA that client certificates are verified with: put ca.crt into Secret ${name}, or make a Secret ${name}-cacert with it.`,
    topic: 'secret',
  }
}
