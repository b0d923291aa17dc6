import type { X509Certificate } from 'node:crypto'
import { createRequire } from 'node:module'

const load = createRequire(import.meta.url)

/** A certificate in PEM or DER. node:crypto takes some milliseconds to load and is only loaded here. @throws when it is none */
export function parseX509(certificate: string | Uint8Array): X509Certificate {
  const { X509Certificate: Certificate } = load('node:crypto') as typeof import('node:crypto')
  return new Certificate(certificate)
}
