import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
}

const rule = '='.repeat(80)
const licenceFile = /^(?:licen[cs]e|copying|notice)(?:[-.].*)?$/i

/** The API that src/envoy/protobuf describes, which is in the bundle as data. */
const descriptions = [
  rule,
  'Descriptors of the APIs of Envoy, xDS, Istio, CEL, OpenCensus and OpenTelemetry (Apache-2.0)',
  rule,
  'Copyright of their authors: https://github.com/envoyproxy/envoy, https://github.com/cncf/xds, https://github.com/istio/api,',
  'https://github.com/google/cel-spec, https://github.com/census-instrumentation, https://github.com/open-telemetry.',
  'Taken from the packages xds-protos and istio.io/api without comments and options.',
  '',
].join('\n')

/**
 * The licences of every package of which code is in the bundle, sorted by name and version.
 * @throws Error for a package that names no licence, because it could not be passed on
 */
export function thirdPartyNotices(root: string, { outputs }: Pick<Metafile, 'outputs'>): string {
  const files = Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path)
  const folders = Map.groupBy(files, packageFolder)
  // npm may have placed one package several times.
  const notices = [...folders].flatMap(([folder, own]) => (folder === undefined ? [] : notice(root, folder, own)))
  return `This program contains the following third-party software.\n\n${[...new Set(notices)].toSorted().join('\n')}\n${descriptions}`
}

/** `node_modules/a/node_modules/@b/c/lib/x.js` is of `node_modules/a/node_modules/@b/c`. */
function packageFolder(path: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]
}

function notice(root: string, folder: string, files: readonly string[]): string {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest
  if (license === undefined) throw new Error(`${name} ${version} names no licence`)
  const texts = readdirSync(join(root, folder))
    .filter((file) => licenceFile.test(file))
    .toSorted()
    .map((file) =>
      readFileSync(join(root, folder, file), 'utf8')
        .replaceAll('\r\n', '\n')
        .trim(),
    )
  const said = texts.length > 0 ? texts : headers(root, files)
  return [rule, `${name} ${version} (${license})`, rule, ...said, ''].join('\n')
}

/** What a package without a licence file says at the top of its files. */
function headers(root: string, files: readonly string[]): string[] {
  const found = files
    .map((file) => /^(?:\/\/.*\n)+/.exec(readFileSync(join(root, file), 'utf8'))?.[0] ?? '')
    .filter((text) => text.includes('Copyright'))
  return [...new Set(found.map((text) => text.replaceAll(/^\/\/ ?/gm, '').trim()))].toSorted()
}
