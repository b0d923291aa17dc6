import { nodeOf } from '../../envoy/dump/bootstrap-node.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { type Json, numberOf, objectOf, stringOf } from '../../envoy/json.ts'

/** A version of Envoy. */
export interface Release {
  readonly major: number
  readonly minor: number
  readonly patch: number
  /** Whether the build is not the project's own: fixes may have been put into it that its number does not tell. */
  readonly isVendors: boolean
}

/**
 * The version of a proxy: of `/server_info`, where it was read, else of the node. Undefined where neither tells.
 * `HASH/1.40.0/Clean/RELEASE/BoringSSL`; builds of Istio and others end in `-dev` or have a label.
 */
export function releaseOf(dump: ConfigDump, serverInfo: Json | undefined): Release | undefined {
  const text = stringOf(objectOf(serverInfo).version)
  const [, major, minor, patch, label] = /(?:^|\/)(\d+)\.(\d+)\.(\d+)(-[\w.]+)?/.exec(text ?? '') ?? []
  if (major !== undefined)
    return { major: Number(major), minor: Number(minor), patch: Number(patch), isVendors: label !== undefined }
  const build = objectOf(nodeOf(dump).user_agent_build_version)
  const version = objectOf(build.version)
  const number = numberOf(version.major_number)
  if (number === undefined) return undefined
  return {
    major: number,
    minor: numberOf(version.minor_number) ?? 0,
    patch: numberOf(version.patch) ?? 0,
    isVendors:
      stringOf(objectOf(build.metadata)['build.label']) !== undefined ||
      objectOf(build.metadata)['revision.status'] === 'Modified',
  }
}

/** `1.36.2`. */
export function releaseText({ major, minor, patch }: Release): string {
  return `${major}.${minor}.${patch}`
}
