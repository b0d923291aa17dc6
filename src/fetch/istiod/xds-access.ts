import { join } from 'node:path'
import type { ConnectionOptions } from 'node:tls'
import { AppError } from '../../errors.ts'
import type { XdsOptions } from '../../mesh/istiod.ts'
import type { AnswerLimits } from '../kube/kube-cluster.ts'
import { ownFile } from '../own-file.ts'
import type { XdsAccess } from './xds-istiod.ts'

export interface XdsPlace {
  readonly host: string
  readonly port: number
  /** Whether the way there is already known to lead to the right process, as a port-forward through the API server is. */
  readonly trusted: boolean
}

interface XdsAccessInput {
  readonly options: XdsOptions
  readonly place: XdsPlace
  readonly limits: AnswerLimits
  /** Namespace of the identity that the token or certificate proves. */
  readonly namespace: string
  token(signal?: AbortSignal): Promise<string>
}

/** Milliseconds that istioctl waits as well. */
const usualLimit = 30_000

/**
 * How an xDS port is spoken to. A certificate is checked against `root-cert.pem`, else against the system's roots; not at the
 * end of a port-forward, where istiod's own root is not at hand and the API server has vouched for the pod.
 * @throws AppError when a certificate file cannot be read
 */
export async function xdsAccess({ options, place, limits, namespace, token }: XdsAccessInput): Promise<XdsAccess> {
  const { certDir, plaintext, insecure } = options
  const files = certDir === undefined || plaintext ? {} : await certificates(certDir)
  const host = options.authority ?? place.host
  return {
    plaintext,
    namespace,
    authority: `${host.includes(':') ? `[${host}]` : host}:${place.port}`,
    limit: limits.requestTimeout ?? usualLimit,
    maxSize: limits.maxSize,
    tls: {
      ...files,
      host,
      servername: /^[\d.]+$|:/.test(host) ? '' : host,
      rejectUnauthorized: !insecure && (files.ca !== undefined || !place.trusted),
    },
    token: async (signal) => (files.cert === undefined ? token(signal) : undefined),
  }
}

function certificates(folder: string): Pick<ConnectionOptions, 'ca' | 'cert' | 'key'> {
  const [ca, cert, key] = ['root-cert.pem', 'cert-chain.pem', 'key.pem'].map((name) => optionalFile(join(folder, name)))
  if (ca === undefined && cert === undefined) {
    throw new AppError(`the folder "${folder}" holds neither root-cert.pem nor cert-chain.pem and key.pem`)
  }
  if ((cert === undefined) !== (key === undefined)) {
    throw new AppError(`the folder "${folder}" must hold both cert-chain.pem and key.pem`)
  }
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
  }
}

function optionalFile(path: string): Buffer | undefined {
  try {
    return ownFile(path)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    if (cause instanceof Error && (cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new AppError(`cannot read "${path}": ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}
