import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import { ownFile } from '../../own-file.ts'
import type { Host } from '../access/host.ts'

export interface InCluster {
  readonly server: string
  readonly namespace: string
  readonly ca: Buffer | undefined
  readonly tokenFile: string
}

const mounted = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * The service account of the pod this program runs in; undefined outside a cluster.
 * https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
 */
export function readInCluster(host: Host, directory: string = mounted): InCluster | undefined {
  const address = host.env.KUBERNETES_SERVICE_HOST
  const port = host.env.KUBERNETES_SERVICE_PORT
  const tokenFile = join(directory, 'token')
  if (!address || !port || read(tokenFile) === undefined) return undefined
  return {
    server: `https://${isIPv6(address) ? `[${address}]` : address}:${port}`,
    namespace: host.env.POD_NAMESPACE || read(join(directory, 'namespace'))?.toString().trim() || 'default',
    ca: read(join(directory, 'ca.crt')),
    tokenFile,
  }
}

function read(path: string): Buffer | undefined {
  try {
    return ownFile(path)
  } catch {
    return undefined
  }
}
