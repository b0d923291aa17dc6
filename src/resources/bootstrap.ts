import { bootstrapFacts } from '../envoy/model/bootstrap.ts'
import type { ResourceKind, Row } from './resource-kind.ts'

interface FactRow extends Row {
  readonly fact: string
  readonly value: string
}

/** What Envoy was started with. The facts follow `istioctl proxy-config bootstrap -o short`. */
export const bootstrap: ResourceKind<FactRow> = {
  name: 'bootstrap',
  aliases: ['b'],
  kind: 'bootstrap',
  title: 'Bootstrap: what Envoy was started with; versions, node, xDS source, admin address',
  examples: [
    { title: 'What Envoy was started with', command: 'kubectl proxy-config bootstrap productpage-v1-abc' },
    { title: 'Versions, node and xDS source', command: 'kubectl proxy-config bootstrap --file dump.json -o table' },
  ],
  entries: 'bootstrap',
  path: 'config_dump?mask=bootstrap',
  rows: (entry) => bootstrapFacts(entry.resource).map(([fact, value]) => ({ entry, fact, value })),
  columns: [
    { header: 'FACT', value: ({ fact }) => fact },
    { header: 'VALUE', value: ({ value }) => value },
  ],
  filters: [],
  sortKeys: () => [],
  inSection: true,
  defaultFormat: 'json',
}
