import type { Istiod, XdsOptions } from '../../mesh/istiod.ts'
import type { AnswerLimits } from '../kube/kube-cluster.ts'
import { openAddress, parseAddress } from '../xds/open-address.ts'
import { xdsAccess } from './xds-access.ts'
import { xdsIstiod } from './xds-istiod.ts'

/** Istio's port for xDS with TLS. */
const usualPort = 15_012

interface ExternalInput {
  /** HOST:PORT, the port 15012 when left out. */
  readonly address: string
  readonly options: XdsOptions
  readonly limits: AnswerLimits
  readonly namespace: string
  /** Asked only where neither `plaintext` nor a client certificate does without. */
  token(signal?: AbortSignal): Promise<string>
}

/**
 * A control plane outside the cluster.
 * @throws UsageError when the address is none
 */
export async function externalIstiod({ address, options, limits, namespace, token }: ExternalInput): Promise<Istiod> {
  const place = { ...parseAddress(address, usualPort), trusted: false }
  const access = await xdsAccess({ options, place, limits, namespace, token })
  return xdsIstiod(address, (signal) => openAddress(address, usualPort, signal), access)
}
