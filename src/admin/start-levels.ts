import type { JsonObject } from '../envoy/json.ts'
import { objectOf, stringOf } from '../envoy/json.ts'
import { type WantedLevels, wantedLevels } from './wanted-levels.ts'

/**
 * The levels an Envoy was started with, from its parsed `/server_info`: `--log-level`, then `--component-log-level`. Envoy's own
 * default is info.
 */
export function startLevels(serverInfo: JsonObject): WantedLevels {
  const options = objectOf(serverInfo.command_line_options)
  const components = stringOf(options.component_log_level) ?? ''
  return {
    all: wantedLevels(stringOf(options.log_level) || 'info').all,
    loggers: components === '' ? new Map() : wantedLevels(components).loggers,
  }
}
