import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'

/** A version of an npm package, and what its tarball has to be: `sha512-BASE64`. */
export interface Pinned {
  readonly version: string
  readonly integrity: string
}

/**
 * Downloads an npm package into `folder`.
 * @returns path of its tarball
 * @throws Error when it cannot be had, or is not what is pinned
 */
export function fetchTarball(name: string, { version, integrity }: Pinned, folder: string): string {
  mkdirSync(folder, { recursive: true })
  const spec = `${name}@${version}`
  const npm = spawnSync('npm', ['pack', spec, '--pack-destination', folder, '--loglevel=error'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (npm.status !== 0) throw new Error(`npm pack ${spec} failed:\n${npm.stderr}`)
  const tarball = join(folder, npm.stdout.trim())
  checkIntegrity(tarball, integrity)
  return tarball
}

/** @throws Error when the file is not the one that `integrity` (`sha512-BASE64`) describes */
export function checkIntegrity(file: string, integrity: string): void {
  const found = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`
  if (found !== integrity) throw new Error(`${file} is not what is pinned: ${found} instead of ${integrity}`)
}

/** The content of a file of an npm package. */
export async function memberOf(tarball: string, name: string): Promise<Buffer> {
  const members = createReadStream(tarball).pipe(createGunzip()).pipe(extract())
  for await (const member of members) {
    if (member.header.name === `package/${name}`) return await buffer(member)
    member.resume()
  }
  throw new Error(`${tarball} has no ${name}`)
}
