import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { readArchive } from './read-archive.ts'

interface Installation {
  /** krew's own folder: `store` and `bin` are below it. */
  readonly krewRoot: string
  readonly name: string
  readonly version: string
  readonly archive: Buffer
  readonly sha256: string
  /** Of the platform: the executable's path in the archive. */
  readonly bin: string
}

const licence = /^(?:license(?:\.txt|\.md)?|licenses(?:\.txt|\.md)?|copying(?:\.txt)?)$/i

/**
 * Installs a plugin in krew's own steps (internal/installation, internal/download): sum, extraction, move to the store, link.
 * @returns path of the link
 * @throws Error for everything that krew refuses
 */
export async function install({ krewRoot, name, version, archive, sha256, bin }: Installation): Promise<string> {
  if (!/^[a-f0-9]{64}$/.test(sha256)) throw new Error('the sum must be lower-case hex')
  const sum = createHash('sha256').update(archive).digest('hex')
  if (sum !== sha256) throw new Error(`checksum does not match: ${sum} instead of ${sha256}`)
  const members = await readArchive(archive)
  const download = join(krewRoot, 'download')
  rmSync(download, { recursive: true, force: true })
  for (const { path, type, executable, content } of members) {
    if (/^[/\\]/.test(path) || path.split(/[/\\]/).includes('..'))
      throw new Error(`unsafe path in the archive: ${path}`)
    if (type === 'other') throw new Error(`neither a directory nor a regular file: ${path}`)
    const target = join(download, path)
    mkdirSync(type === 'directory' ? target : dirname(target), { recursive: true })
    if (type === 'file') writeFileSync(target, content, { mode: executable ? 0o755 : 0o644 })
  }
  if (!members.some(({ path, type }) => type === 'file' && licence.test(path))) throw new Error('no licence file')
  const store = join(krewRoot, 'store', name, version)
  const binary = join(store, bin)
  if (!binary.startsWith(`${store}${sep}`)) throw new Error(`bin leaves the installation: ${bin}`)
  rmSync(store, { recursive: true, force: true })
  mkdirSync(dirname(store), { recursive: true })
  renameSync(download, store)
  if (!existsSync(binary) || !statSync(binary).isFile()) throw new Error(`bin is not in the archive: ${bin}`)
  const link = join(krewRoot, 'bin', `kubectl-${name.replaceAll('-', '_')}${bin.endsWith('.exe') ? '.exe' : ''}`)
  mkdirSync(dirname(link), { recursive: true })
  rmSync(link, { force: true })
  symlinkSync(binary, link)
  return link
}
