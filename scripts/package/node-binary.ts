import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import type { Target } from './targets.ts'

interface Locked {
  readonly version: string
  readonly integrity: string
}

/** Where the Node of other platforms is kept between builds. */
const cacheFolder = 'node_modules/.cache/node-binaries'

/** Paths of what a Node distribution gives to a package. */
export interface NodeFiles {
  readonly executable: string
  readonly license: string
}

/**
 * Node's executable and licence for a target: from node_modules where npm installed it, else from the npm package that package-lock.json
 * pins, checked against its integrity.
 */
export async function nodeFiles(root: string, target: Target): Promise<NodeFiles> {
  const file = target.os === 'windows' ? 'bin/node.exe' : 'bin/node'
  const installed = join(root, 'node_modules', target.nodePackage)
  if (existsSync(join(installed, file))) {
    return { executable: join(installed, file), license: join(installed, 'LICENSE') }
  }
  const locked = lockedPackage(root, target.nodePackage)
  const folder = join(root, cacheFolder, `${target.nodePackage}-${locked.version}`)
  const cached = { executable: join(folder, basename(file)), license: join(folder, 'LICENSE') }
  if (existsSync(cached.executable)) return cached
  mkdirSync(folder, { recursive: true })
  const tarball = fetchTarball(`${target.nodePackage}@${locked.version}`, folder)
  checkIntegrity(tarball, locked.integrity)
  writeFileSync(cached.license, await memberOf(tarball, 'package/LICENSE'))
  // Renamed when complete, so that a build that was stopped leaves nothing that looks whole.
  writeFileSync(`${cached.executable}.part`, await memberOf(tarball, `package/${file}`), { mode: 0o755 })
  renameSync(`${cached.executable}.part`, cached.executable)
  rmSync(tarball)
  return cached
}

/** The version and integrity that package-lock.json pins for a package. */
export function lockedPackage(root: string, name: string): Locked {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>
  }
  const locked = packages[`node_modules/${name}`]
  if (locked === undefined) throw new Error(`${name} is not in package-lock.json`)
  return locked
}

function fetchTarball(spec: string, folder: string): string {
  const npm = spawnSync('npm', ['pack', spec, '--pack-destination', folder, '--loglevel=error'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (npm.status !== 0) throw new Error(`npm pack ${spec} failed:\n${npm.stderr}`)
  return join(folder, npm.stdout.trim())
}

/** @throws Error when the file is not the one that `integrity` (`sha512-BASE64`) describes */
export function checkIntegrity(file: string, integrity: string): void {
  const found = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`
  if (found !== integrity)
    throw new Error(`${file} is not what package-lock.json pins: ${found} instead of ${integrity}`)
}

async function memberOf(tarball: string, name: string): Promise<Buffer> {
  const members = createReadStream(tarball).pipe(createGunzip()).pipe(extract())
  for await (const member of members) {
    if (member.header.name === name) return await buffer(member)
    member.resume()
  }
  throw new Error(`${tarball} has no ${name}`)
}
