import { type JsonObject, objectOf, objectsOf, stringOf } from '../../src/envoy/json.ts'

/** What is published for one platform. `os` and `arch` as krew and Go name them. */
export interface ReleasedArchive {
  readonly os: string
  readonly arch: string
  readonly url: string
  readonly sha256: string
}

/** A release as package managers describe it. */
export interface Release {
  /** Without the `v` of the tag. */
  readonly version: string
  readonly description: string
  readonly homepage: string
  /** SPDX identifier. */
  readonly license: string
  readonly archives: readonly ReleasedArchive[]
}

/** @param manifest krew's, rendered: plugin.yaml is where names, texts and addresses stand once */
export function releaseOf(manifest: JsonObject, license: string): Release {
  const spec = objectOf(manifest.spec)
  return {
    version: text(spec.version).replace(/^v/, ''),
    description: text(spec.shortDescription),
    homepage: text(spec.homepage),
    license,
    archives: objectsOf(spec.platforms).map(({ selector, uri, sha256 }) => {
      const { os, arch } = objectOf(objectOf(selector).matchLabels)
      return { os: text(os), arch: text(arch), url: text(uri), sha256: text(sha256) }
    }),
  }
}

function text(value: JsonObject[string]): string {
  const found = stringOf(value)
  if (found === undefined || found === '') throw new Error('plugin.yaml lacks a text that every package manager needs')
  return found
}
