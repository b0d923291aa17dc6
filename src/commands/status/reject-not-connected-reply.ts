import { AppError } from '../../errors.ts'
import { knowsNot } from '../../mesh/istiod.ts'

/**
 * Refuses the words with which istiod answers for a proxy that it does not know, saved as if they were its reply.
 * @throws AppError
 */
export function rejectNotConnectedReply(body: Uint8Array, label: string): void {
  if (!knowsNot(body)) return
  throw new AppError(
    `${label} holds no dump: the istiod that was asked answered that the proxy is not connected to it`,
    {
      hint: [
        'Ask the replica that kubectl proxy-status names beside the proxy:',
        'kubectl exec ISTIOD -n istio-system -- pilot-discovery request GET "/debug/config_dump?proxyID=POD.NAMESPACE"',
      ],
    },
  )
}
