import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import type { AnyResourceKind } from '../../resources/resource-kind.ts'
import { resourceView } from '../../resources/resource-view.ts'
import type { ViewOptions } from '../../resources/view-options.ts'
import { rowVersion } from '../../schema/answer-schema.ts'
import { cellValue, type View } from '../../view.ts'
import type { TrafficReadings } from './readings.ts'
import { withTraffic } from './with-traffic.ts'

/** The resources of a kind with what the proxy counts of each: `-o json` prints the rows as well, for no resource has these numbers. */
export function trafficView(
  resourceKind: AnyResourceKind,
  dump: ConfigDump,
  { readings, ...options }: ViewOptions & { readonly readings: TrafficReadings },
): View {
  const view = resourceView(withTraffic(resourceKind, readings), dump, options)
  const records = () =>
    view.rows.map(({ name, cells }) => ({
      schema: rowVersion,
      kind: view.kind,
      resource: cellValue(name) ?? null,
      ...Object.fromEntries(view.columns.map(({ key }, at) => [key, cellValue(cells[at]) ?? null])),
    }))
  const document = () => ({ value: records() })
  return { ...view, document, raw: document, rowItems: async () => records() }
}
