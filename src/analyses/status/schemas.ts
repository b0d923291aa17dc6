import type { AnswerSchema } from '../../schema/answer-schema.ts'
import { flag, integer, listOf, mapOf, oneOf, record, text, time } from '../../schema/json-schema.ts'
import { meshColumns } from './mesh-view.ts'
import { typeColumns } from './xds-types.ts'

const status = oneOf('SYNCED', 'WARMING', 'STALE', 'NOT SENT', 'ERROR', 'IGNORED', 'NOT CONNECTED', 'UNKNOWN')

const proxies = listOf(
  record(
    {
      name: { ...text, description: 'POD.NAMESPACE; with --contexts CONTEXT/POD.NAMESPACE' },
      connected: {
        type: ['boolean', 'null'],
        description:
          'Whether the proxy is connected to its control plane; null where nothing that was read tells, as in a saved dump',
      },
      status: { ...status, description: 'The worst of its types' },
      types: {
        ...mapOf(
          record(
            { status },
            {
              sentTime: { ...time, description: 'When it was last sent' },
              age: { ...text, description: 'Since then, as kubectl prints ages' },
              percent: { ...integer, description: 'Of the endpoints, how many the proxy has (Istio 0.8 to 1.1)' },
              error: { ...text, description: "Why Envoy rejected it, in Envoy's words" },
              acceptedBefore: {
                ...flag,
                description: 'With an error: whether an earlier version was accepted and stays in use',
              },
              differs: {
                ...listOf(record({ name: text }, { loaded: text, sent: text })),
                description:
                  'Resources that the proxy has otherwise than its control plane would send them now, with the versions of both sides',
              },
              pastRejections: {
                ...record({ updates: integer, resources: listOf(text), areSettled: flag }),
                description:
                  "Updates that Envoy rejected at some time since it started, with the names that it counts them by. areSettled: what it uses is what its control plane would send now, so that none of them is of today; otherwise only Envoy's log tells",
              },
            },
          ),
        ),
        description: 'By short name (CDS), or by type URL; types that the proxy did not ask for may be absent',
      },
    },
    {
      context: { ...text, description: 'The context of the kubeconfig, with --contexts' },
      namespace: text,
      cluster: text,
      type: { ...text, description: 'sidecar, router, waypoint, ztunnel' },
      istiod: { ...text, description: 'Pod of the control plane that answers for the proxy' },
      controlPlane: {
        ...text,
        description:
          'Who made the proxy, where that is not Istio: Envoy Gateway; HOST:PORT of its control plane where that is not known',
      },
      controlPlanePod: { ...text, description: 'POD.NAMESPACE of it that told what it would send' },
      version: text,
      notes: listOf(text),
    },
  ),
)

/** `status`: the proxies of a mesh, with a column for each xDS type that one of them has. */
export const meshSchema: AnswerSchema = {
  name: 'status',
  title: 'A proxy of the mesh',
  kind: 'pod',
  columns: [meshColumns(typeColumns([], true))],
  open: true,
  document: { title: 'The proxies of a mesh', schema: proxies },
}
