import type { Release } from './release.ts'

export const scoopFile = 'kubectl-proxy-config.json'

/** Scoop's names for processors. */
const processors: Readonly<Record<string, string>> = { amd64: '64bit', arm64: 'arm64' }

/**
 * A Scoop manifest (https://github.com/ScoopInstaller/Scoop/wiki/App-Manifests), with what Scoop's own robot needs to move on to
 * the next version.
 * @param programs the files of the Windows archive that become commands
 */
export function scoopManifest(release: Release, programs: readonly string[]): string {
  const { version, description, homepage, license, archives } = release
  const windows = archives.filter(({ os }) => os === 'windows')
  const each = (value: (url: string, sha256: string) => Record<string, string>) =>
    Object.fromEntries(windows.map(({ arch, url, sha256 }) => [processors[arch] ?? arch, value(url, sha256)]))
  const manifest = {
    version,
    description,
    homepage,
    license,
    architecture: each((url, hash) => ({ url, hash })),
    bin: programs,
    checkver: { github: homepage },
    autoupdate: {
      architecture: each((url) => ({ url: url.replace(`/v${version}/`, '/v$version/') })),
      hash: { url: '$baseurl/SHA256SUMS' },
    },
  }
  return `${JSON.stringify(manifest, undefined, 4)}\n`
}
