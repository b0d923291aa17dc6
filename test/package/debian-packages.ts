import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

type Release = 'bookworm' | 'trixie'

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** What no test needs of the packages: more than half of their size. */
const unwanted = ['./usr/share/doc/*', '*/i386-windows/*', './usr/bin/qemu-[!a]*', './usr/bin/qemu-a[!a]*']

/**
 * Unpacks Debian packages, a folder for each architecture, without installing anything: apt keeps its lists and downloads in
 * `folder`. Needs neither root nor the machine's own lists, only a mirror among its sources.
 * @param packages architecture to names
 * @param release whose packages are taken, whatever this machine runs
 * @throws Error that says why the packages cannot be had here
 */
export function unpackDebian(
  folder: string,
  packages: Readonly<Record<string, readonly string[]>>,
  release: Release,
): void {
  const sources = join(folder, 'sources.list')
  for (const part of ['lists/partial', 'archives/partial']) mkdirSync(join(folder, part), { recursive: true })
  writeFileSync(sources, `deb [signed-by=${keyring}] ${mirror()} ${release} main\n`)
  writeFileSync(join(folder, 'status'), '')
  const settings = [
    `Dir::State::status=${join(folder, 'status')}`,
    `Dir::State::Lists=${join(folder, 'lists')}`,
    `Dir::Cache=${folder}`,
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=/dev/null',
    'Acquire::Languages=none',
    'APT::Sandbox::User=',
    ...Object.keys(packages).map((architecture) => `APT::Architectures::=${architecture}`),
  ].flatMap((setting) => ['-o', setting])
  run('apt-get', [...settings, 'update'], folder)
  const names = Object.entries(packages).flatMap(([architecture, list]) =>
    list.map((name) => `${name}:${architecture}`),
  )
  run('apt-get', [...settings, 'download', ...names], folder)
  for (const architecture of Object.keys(packages)) {
    const root = join(folder, architecture)
    for (const name of ['lib', 'lib64']) {
      mkdirSync(join(root, 'usr', name), { recursive: true })
      symlinkSync(`usr/${name}`, join(root, name))
    }
    for (const file of globSync(`*_${architecture === 'amd64' ? '{amd64,all}' : architecture}.deb`, { cwd: folder })) {
      const excluded = unwanted.map((pattern) => `--exclude='${pattern}'`).join(' ')
      const unpack = `dpkg-deb --fsys-tarfile '${file}' | tar -x -C '${architecture}' --keep-directory-symlink ${excluded}`
      run('bash', ['-o', 'pipefail', '-c', unpack], folder)
    }
  }
}

export function mirror(): string {
  for (const file of globSync('/etc/apt/{sources.list,sources.list.d/*.{list,sources}}')) {
    const found = /^(?:deb|URIs:)\s.*?(https?:\/\/\S+\/debian\/?)(?=\s)/m.exec(readFileSync(file, 'utf8'))?.[1]
    if (found !== undefined) return found
  }
  throw new Error("no mirror of Debian is among apt's sources")
}

function run(program: string, argv: readonly string[], cwd: string): void {
  const { error, status, stdout, stderr } = spawnSync(program, argv, { cwd, encoding: 'utf8', timeout: 300_000 })
  if (error !== undefined) throw new Error(`${program} ${argv.at(-1)} failed: ${error.message}`)
  if (status !== 0) throw new Error(`${program} ${argv.at(-1)} failed:\n${stdout}${stderr}`)
}
