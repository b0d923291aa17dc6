import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { downstreamTlsOf, unknownSocketOf } from '../../semantics/connection/downstream-tls.ts'
import { serves } from '../../semantics/connection/dump-index.ts'
import type { DescriptionRow } from './description-row.ts'
import { inOrder } from './in-order.ts'

/**
 * The mutual TLS mode of each port of a workload as its proxy enforces it, in PeerAuthentication's words: STRICT accepts mutual TLS
 * only, PERMISSIVE plaintext too, DISABLE plaintext only. The proxy's chains are the truth, whatever objects they came from.
 * @param sidecar whether the proxy is one of Istio's: those of others are shown only where mutual TLS is in use
 */
export function mutualTls(dump: ConfigDump, sidecar: boolean): DescriptionRow[] {
  return inOrder(dump, 'listeners')
    .filter((entry) => serves(entry) && entry.resource.traffic_direction === 'INBOUND')
    .flatMap(({ resource }) => {
      const chains = objectsOf(resource.filter_chains).filter((chain) => !blackHole(chain))
      if (!sidecar && !chains.some(asksForCertificate)) return []
      const byPort = Map.groupBy(chains, portOf)
      // Chains without a port of their own take the ports that have none.
      return [...byPort].map(([port, own]): DescriptionRow => {
        const { mode, summary } = modeOf(own)
        return {
          part: 'mTLS',
          name: port === undefined ? 'other ports' : `port ${port}`,
          summary: `${mode}: ${summary}`,
          object: '',
        }
      })
    })
}

function modeOf(chains: readonly JsonObject[]): { mode: string; summary: string } {
  const mutual = chains.some(asksForCertificate)
  const unencrypted = chains.filter(
    (chain) => downstreamTlsOf(chain) === undefined && unknownSocketOf(chain) === undefined,
  )
  const plain = unencrypted.some((chain) => !takesTlsOnly(chain))
  const passes = unencrypted.some(takesTlsOnly)
  if (mutual && plain) return { mode: 'PERMISSIVE', summary: 'accepts mutual TLS and plaintext' }
  if (mutual) return { mode: 'STRICT', summary: 'accepts mutual TLS only' }
  if (plain) return { mode: 'DISABLE', summary: 'accepts plaintext' }
  if (passes) return { mode: 'DISABLE', summary: 'passes TLS on as it is' }
  const [unknown] = chains.map(unknownSocketOf).filter((socket) => socket !== undefined)
  if (unknown !== undefined) return { mode: 'UNKNOWN', summary: `a dump does not tell what ${unknown} lets through` }
  return { mode: 'DISABLE', summary: 'accepts TLS without asking for a certificate' }
}

function asksForCertificate(chain: JsonObject): boolean {
  return downstreamTlsOf(chain)?.require_client_certificate === true
}

function takesTlsOnly(chain: JsonObject): boolean {
  return objectOf(chain.filter_chain_match).transport_protocol === 'tls'
}

function portOf(chain: JsonObject): number | undefined {
  return numberOf(objectOf(chain.filter_chain_match).destination_port)
}

/** Istio's guard against connections to the redirect's own port. */
function blackHole(chain: JsonObject): boolean {
  return stringOf(chain.name) === 'virtualInbound-blackhole'
}
