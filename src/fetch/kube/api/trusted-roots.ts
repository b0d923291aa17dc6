import { existsSync } from 'node:fs'
import { platform } from 'node:os'
import { getCACertificates } from 'node:tls'
import { defaultRoots } from '../../default-roots.ts'
import type { Host } from '../access/host.ts'

/**
 * The roots that certificates end in where the kubeconfig names none: those of Node and of the system. A system without a folder of
 * certificates has none; Node would write about that to stderr.
 */
export function trustedRoots({ env }: Pick<Host, 'env'>): string[] {
  const folder = env.SSL_CERT_DIR ?? '/etc/ssl/certs'
  const ofSystem = platform() === 'darwin' || platform() === 'win32' || existsSync(folder)
  return [...defaultRoots.list(), ...(ofSystem ? getCACertificates('system') : [])]
}
