import type { Args, Context } from '../../contract/command.ts'
import { istioNamespace } from '../../contract/istio-namespace.ts'
import { ApiError } from '../../mesh/api/api-error.ts'
import type { Cluster } from '../../mesh/cluster.ts'
import type { Istiod } from '../../mesh/istiod.ts'

export interface ControlPlanes {
  /** Empty where there is no Istio, or it cannot be seen. */
  readonly istiods: readonly Istiod[]
  /** Set when the user may not list the control plane's pods. */
  readonly refusal: ApiError | undefined
}

/**
 * The replicas that the arguments name: the one at `--xds-address`, or all pods of Istio's control plane.
 * @throws AppError when the user named a control plane that is not there
 */
export async function controlPlanes(args: Args, { io }: Context, cluster: Cluster): Promise<ControlPlanes> {
  const address = args.string('xds-address')
  const query = {
    namespace: istioNamespace(args),
    revision: args.string('revision'),
    selector: args.string('xds-label'),
    address,
    xdsPort: args.number('xds-port'),
    xds: {
      plaintext: args.boolean('plaintext') === true,
      insecure: args.boolean('insecure') === true,
      certDir: args.string('cert-dir'),
      authority: args.string('authority'),
    },
  }
  try {
    return { istiods: await cluster.istiods(query, io.signal), refusal: undefined }
  } catch (error) {
    if (address === undefined && error instanceof ApiError && error.status === 403)
      return { istiods: [], refusal: error }
    throw error
  }
}
