import { posix } from 'node:path'
import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from '../../src/envoy/json.ts'
import { type LabelSelector, selects } from './label-selector.ts'

/** The pairs that krew's own validator knows (cmd/validate-krew-manifest). */
const pairs: readonly Readonly<Record<'os' | 'arch', string>>[] = [
  ...['386', 'amd64', 'arm64'].map((arch) => ({ os: 'windows', arch })),
  ...['386', 'amd64', 'arm', 'arm64', 'ppc64le'].map((arch) => ({ os: 'linux', arch })),
  ...['386', 'amd64', 'arm64'].map((arch) => ({ os: 'darwin', arch })),
]

const deviceName = /^(?:con|prn|aux|nul|com[1-9]|lpt[1-9])$/i
/** https://semver.org, strict, behind the `v` that krew wants. */
const version =
  /^v(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z.-]+)?$/

/**
 * What krew, its index and its reviewers would refuse in a plugin manifest; empty when all is well.
 * Rules: krew `internal/index/validation/validate.go`, `cmd/validate-krew-manifest/main.go`, and the index' review notes.
 * @param fileName base name of the manifest
 */
export function manifestFaults(fileName: string, manifest: JsonObject): string[] {
  const name = stringOf(objectOf(manifest.metadata).name) ?? ''
  const spec = objectOf(manifest.spec)
  const short = stringOf(spec.shortDescription) ?? ''
  const platforms = objectsOf(spec.platforms)
  return [
    fault(!fileName.endsWith('.yaml'), 'the file must be called *.yaml'),
    fault(fileName !== `${name}.yaml`, `the file must be called ${name}.yaml`),
    fault(
      manifest.apiVersion !== 'krew.googlecontainertools.github.com/v1alpha2',
      'apiVersion must be krew.googlecontainertools.github.com/v1alpha2',
    ),
    fault(manifest.kind !== 'Plugin', 'kind must be Plugin'),
    fault(!/^[\w-]+$/.test(name), 'metadata.name must be letters, digits, _ and -'),
    fault(deviceName.test(name), 'metadata.name must not be a device of Windows'),
    fault(!version.test(stringOf(spec.version) ?? ''), 'spec.version must be v and a semantic version'),
    fault(short === '', 'spec.shortDescription is required'),
    fault(/[\r\n]/.test(short), 'spec.shortDescription must be one line'),
    fault(short.length > 50, 'spec.shortDescription must have at most 50 characters'),
    fault(short.endsWith('.'), 'spec.shortDescription must not end in a period'),
    ...['description', 'caveats'].map((field) =>
      fault(
        (stringOf(spec[field]) ?? '').split('\n').some((line) => line.length > 80),
        `spec.${field} must be wrapped at 80 columns`,
      ),
    ),
    fault(platforms.length === 0, 'spec.platforms must not be empty'),
    ...platforms.flatMap((platform, index) => platformFaults(platform, `spec.platforms[${index}]`)),
    ...overlaps(platforms),
  ].filter((text) => text !== undefined)
}

function platformFaults(platform: JsonObject, at: string): (string | undefined)[] {
  const { selector } = platform
  return [
    fault(!stringOf(platform.uri), `${at}.uri is required`),
    fault(!stringOf(platform.bin), `${at}.bin is required`),
    fault(!/^[a-f0-9]{64}$/.test(stringOf(platform.sha256) ?? ''), `${at}.sha256 must be 64 lower-case hex digits`),
    ...(isObject(selector) ? selectorFaults(selector, `${at}.selector`) : [`${at}.selector is required`]),
    ...filesFaults(platform.files, `${at}.files`),
  ]
}

function selectorFaults(selector: JsonObject, at: string): (string | undefined)[] {
  const { matchLabels, matchExpressions } = selector
  const keys = [
    ...Object.keys(objectOf(matchLabels)),
    ...objectsOf(matchExpressions).map(({ key }) => stringOf(key) ?? ''),
  ]
  return [
    fault(matchLabels === undefined && matchExpressions === undefined, `${at} must not be empty`),
    fault(isObject(matchLabels) && Object.keys(matchLabels).length === 0, `${at}.matchLabels must not be empty`),
    fault(Array.isArray(matchExpressions) && matchExpressions.length === 0, `${at}.matchExpressions must not be empty`),
    fault(
      keys.some((key) => key !== 'os' && key !== 'arch'),
      `${at} may name os and arch only`,
    ),
    fault(!pairs.some((pair) => selects(selector as LabelSelector, pair)), `${at} matches no platform`),
  ]
}

function filesFaults(files: unknown, at: string): (string | undefined)[] {
  if (files === undefined) return []
  const items = objectsOf(files)
  return [
    fault(items.length === 0, `${at} must be absent or not empty`),
    ...items.flatMap(({ from, to }, index) => [
      fault(!stringOf(from), `${at}[${index}].from is required`),
      fault(!stringOf(to), `${at}[${index}].to is required`),
      fault(
        stringOf(to) !== undefined && posix.normalize(String(to)) !== to,
        `${at}[${index}].to must be a clean path`,
      ),
    ]),
  ]
}

function overlaps(platforms: readonly JsonObject[]): string[] {
  return pairs.flatMap((pair) => {
    const matching = platforms.filter(({ selector }) => isObject(selector) && selects(selector as LabelSelector, pair))
    return matching.length > 1 ? [`${pair.os}/${pair.arch} is matched by ${matching.length} platforms`] : []
  })
}

function fault(wrong: boolean, text: string): string | undefined {
  return wrong ? text : undefined
}
