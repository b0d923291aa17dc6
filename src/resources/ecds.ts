import { objectOf } from '../envoy/json.ts'
import { unwrap } from '../envoy/model/typed-config.ts'
import { nameContains } from './columns.ts'
import type { ResourceKind, Row } from './resource-kind.ts'

interface ExtensionRow extends Row {
  /** Full message name; of a TypedStruct what is inside. */
  readonly type: string
}

/** Filters whose configuration comes by extension discovery. Columns follow `istioctl proxy-config ecds`. */
export const ecds: ResourceKind<ExtensionRow> = {
  name: 'ecds',
  aliases: ['ec'],
  kind: 'extension',
  title: 'Extension configurations that Envoy discovered (ECDS): Wasm plugins and other filters',
  examples: [
    {
      title: 'Wasm plugins and other filters that a pod got by extension discovery',
      command: 'kubectl proxy-config ecds productpage-v1-abc',
    },
    {
      title: 'Their configurations',
      command: 'kubectl proxy-config ecds --file dump.json -o json',
    },
  ],
  entries: 'ecds',
  absentWhenEmpty: true,
  path: 'config_dump?mask=ecds_filters',
  rows: (entry) => [{ entry, type: unwrap(objectOf(entry.resource.typed_config)).type }],
  columns: [
    { header: 'ECDS NAME', value: ({ entry }) => entry.name },
    { header: 'TYPE', value: ({ type }) => type },
  ],
  filters: [nameContains('Show extensions whose name contains this text')],
  sortKeys: ({ type, entry }) => [type, entry.name],
  inSection: true,
}
