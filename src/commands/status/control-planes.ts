import type { Args, Context } from '../../contract/command.ts'
import { istioNamespace } from '../../contract/istio-namespace.ts'
import type { Istiod } from '../../fetch/istiod/istiod.ts'
import type { LiveCluster } from '../../fetch/kube/cluster.ts'
import type { ApiError } from '../../mesh/api/api-error.ts'

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
export async function controlPlanes(args: Args, context: Context, cluster: LiveCluster): Promise<ControlPlanes> {
  const [{ externalIstiod }, { findIstiods, once }, { ApiError }, { requestTimeout }, { sizeLimit }] =
    await Promise.all([
      import('../../fetch/istiod/external-istiod.ts'),
      import('../../fetch/istiod/find-istiods.ts'),
      import('../../mesh/api/api-error.ts'),
      import('../../fetch/kube/access/duration.ts'),
      import('../../fetch/limits.ts'),
    ])
  const namespace = istioNamespace(args)
  const xds = {
    plaintext: args.boolean('plaintext') === true,
    insecure: args.boolean('insecure') === true,
    certDir: args.string('cert-dir'),
    authority: args.string('authority'),
    limit: requestTimeout(args.string('request-timeout')),
    maxSize: sizeLimit(args.string('max-size')),
  }
  const address = args.string('xds-address')
  if (address !== undefined) {
    const token = once((signal) => cluster.token({ name: 'default', namespace, audience: 'istio-ca' }, signal))
    return { istiods: [await externalIstiod({ address, options: xds, namespace, token })], refusal: undefined }
  }
  const xdsPort = args.number('xds-port')
  const query = {
    namespace,
    revision: args.string('revision'),
    selector: args.string('xds-label'),
    xdsPort: xdsPort ?? (xds.plaintext ? 15010 : 15012),
    xdsOnly: xdsPort !== undefined || xds.plaintext || xds.insecure || (xds.certDir ?? xds.authority) !== undefined,
    xds,
  }
  try {
    return { istiods: await findIstiods(cluster, query, context.io.signal), refusal: undefined }
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return { istiods: [], refusal: error }
    throw error
  }
}
