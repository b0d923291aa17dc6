import { isObject, type JsonObject, numberOf, objectOf, stringOf } from '../json.ts'
import { nodeOf } from './bootstrap-node.ts'
import type { ConfigDump } from './config-dump.ts'

/** Stands for a version that a dump does not tell: what the newest Envoy does. */
export const latestEnvoy = 999_999

/** Envoy's version as `major * 1000 + minor` (1.33 is 1033), from the bootstrap's node. Undefined when the dump does not say. */
export function envoyVersion(dump: ConfigDump): number | undefined {
  const node = nodeOf(dump)
  const version = objectOf(objectOf(node.user_agent_build_version).version)
  const major = numberOf(version.major_number)
  if (major !== undefined) return major * 1000 + (numberOf(version.minor_number) ?? 0)
  // API v2: "hash/1.8.0-dev/Clean/RELEASE"
  const build = /\/(\d+)\.(\d+)\./.exec(stringOf(node.build_version) ?? '')
  return build === null ? undefined : Number(build[1]) * 1000 + Number(build[2])
}

/** Envoy's release as `1.40.0`, from what it says of its build in a node; undefined when it does not. */
export function envoyRelease(node: JsonObject): string | undefined {
  const { version } = objectOf(node.user_agent_build_version)
  if (!isObject(version)) return undefined
  return [version.major_number, version.minor_number, version.patch].map((part) => numberOf(part) ?? 0).join('.')
}
