import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '../../../../src/envoy/json.ts'

/** What Envoy reads as if a control plane had sent it: a file of these resources. */
export function discovered(folder: string, file: string, resources: readonly JsonObject[]): JsonObject {
  const path = join(folder, file)
  writeFileSync(path, JSON.stringify({ version_info: '1', resources: [...resources] }))
  return { path_config_source: { path }, initial_fetch_timeout: '0.2s', resource_api_version: 'V3' }
}
