import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonObject } from '../../../src/envoy/json.ts'
import type { Random } from './random.ts'

/** Server names that certificates have; some shadow each other. */
const names = [
  'a.test',
  'www.a.test',
  'x.www.a.test',
  'b.test',
  '*.a.test',
  '*.www.a.test',
  '*.b.test',
  '*.test',
  'Mixed.a.test',
  'single',
] as const

/** What clients ask for; undefined is a handshake without a server name. */
export const serverNames = [
  undefined,
  'a.test',
  'A.TEST',
  'www.a.test',
  'WWW.a.test',
  'x.www.a.test',
  'y.www.a.test',
  'deep.y.www.a.test',
  'mixed.a.test',
  'Mixed.a.test',
  'b.test',
  'any.b.test',
  'c.test',
  'single',
  'other',
  'nobody.example',
] as const

const keyTypes = ['rsa', 'P-256', 'P-384'] as const

interface CertificateMaker {
  /** A certificate and its key as Envoy's configuration holds them; each ends on a day of its own, which tells it from all others. */
  tlsCertificate(): JsonObject
  done(): void
}

/** Makes certificates with random names: in the subject, as alternative names, or both. */
export function certificateMaker(random: Random): CertificateMaker {
  const folder = mkdtempSync(join(tmpdir(), 'trace-certificates-'))
  const openssl = (...argv: string[]) => execFileSync('openssl', argv, { cwd: folder, stdio: 'ignore' })
  for (const type of keyTypes) {
    const options =
      type === 'rsa' ? ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'] : ['EC', '-pkeyopt', `ec_paramgen_curve:${type}`]
    openssl('genpkey', '-algorithm', ...options, '-out', `${type}.key`)
  }
  let day = 0
  return {
    tlsCertificate() {
      const type = random.pick(keyTypes)
      const dns = [...new Set(Array.from({ length: random.below(4) }, () => random.pick(names)))]
      const alternative = [...dns.map((name) => `DNS:${name}`), ...(random.chance(0.3) ? ['URI:spiffe://test/x'] : [])]
      // Envoy takes no certificate without any name.
      const subject = alternative.length === 0 || random.chance(0.4) ? `/O=test/CN=${random.pick(names)}` : '/O=test'
      const extension = alternative.length === 0 ? [] : ['-addext', `subjectAltName=${alternative.join(',')}`]
      const days = String(30 + ++day)
      openssl(
        'req',
        '-x509',
        '-new',
        '-key',
        `${type}.key`,
        '-subj',
        subject,
        ...extension,
        '-days',
        days,
        '-out',
        'crt',
      )
      const read = (file: string): JsonObject => ({ inline_string: readFileSync(join(folder, file), 'utf8') })
      return { certificate_chain: read('crt'), private_key: read(`${type}.key`) }
    },
    done: () => rmSync(folder, { recursive: true }),
  }
}
