import type { JsonObject } from '../json.ts'

/** One member of `configs`. Its value is parsed only when a command asks for it. */
export interface Section {
  /** Full message name without the host: `envoy.admin.v3.ClustersConfigDump`. */
  readonly type: string
  /** @throws AppError when the section's text is broken */
  value(): JsonObject
}
