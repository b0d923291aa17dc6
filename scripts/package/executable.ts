import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { withLibraryPath } from './library-path.ts'
import { removeSignature } from './remove-signature.ts'
import { stripSymbols } from './strip-symbols.ts'
import { isHost, type Target, targetName, targets } from './targets.ts'

interface Executable {
  readonly target: Target
  /** Path of the target's Node. */
  readonly node: string
  readonly nodeVersion: string
  /** Path of a Node of that version that runs here. */
  readonly layoutNode: string
  readonly output: string
  /** Asset name to file: `program`, and `code-cache` where there is one. */
  readonly assets: Readonly<Record<string, string>>
  /** Folder for what pkg needs while it works. */
  readonly work: string
}

/** What the executable runs first, and each of its threads. */
export const mainFile = join(import.meta.dirname, 'executable-main.cjs')

/**
 * Makes a single executable with pkg, in its simple SEA form. pkg would download Node from nodejs.org; it finds the one from
 * npm in its cache folder instead, which is below the home folder that it is shown.
 *
 * Node keeps the path of the main file in the executable, as it was given. pkg works in a folder of its own below the
 * temporary one: with that in `work` the path is the same for every build, wherever the project lies.
 */
export function makeExecutable({ target, node, nodeVersion, layoutNode, output, assets, work }: Executable): void {
  const home = join(work, 'home', targetName(target))
  const cache = join(home, '.pkg-cache', 'sea')
  const own = targets.find(isHost)
  if (own !== undefined && own !== target)
    seedPkgCache(cache, { pkg: own.pkg, node: readFileSync(layoutNode), nodeVersion })
  seedPkgCache(cache, { pkg: target.pkg, node: forTarget(target, node), nodeVersion })
  const main = join(work, basename(mainFile))
  copyFileSync(mainFile, main)
  const options = {
    targets: [{ nodeRange: `node${nodeVersion}`, ...target.pkg, output }],
    seaConfig: {
      main: `../${basename(mainFile)}`,
      disableExperimentalSEAWarning: true,
      useSnapshot: false,
      useCodeCache: false,
      // Who runs kubectl does not mean this program with NODE_OPTIONS: --inspect would open a socket, --require run code.
      execArgvExtension: 'none',
      // No thread parses Node's roots: src/fetch/default-roots.ts. Node does not start with this one and NODE_USE_SYSTEM_CA, but for the other.
      // A command for one proxy collects no garbage with a young generation of 8 MB, where it did three times.
      ...(target.os === 'linux'
        ? { execArgv: ['--use-openssl-ca', '--no-use-system-ca', '--min-semi-space-size=8'] }
        : {}),
      assets,
    },
    signature: target.os === 'darwin',
  }
  const pkg = spawnSync(
    process.execPath,
    [join(import.meta.dirname, '..', 'run-pkg.ts'), main, JSON.stringify(options)],
    {
      encoding: 'utf8',
      env: { ...process.env, HOME: home, USERPROFILE: home, TMPDIR: work, TEMP: work, TMP: work },
    },
  )
  if (pkg.status !== 0) throw new Error(`pkg failed for ${target.os} ${target.arch}:\n${pkg.stdout}${pkg.stderr}`)
  if (target.os === 'windows') removeSignature(output)
}

/** What a target's Node is without what the program does not need of it. */
function forTarget({ os, libc }: Target, node: string): Buffer {
  const file = readFileSync(node)
  if (os !== 'linux') return file
  return stripSymbols(libc === 'musl' ? withLibraryPath(file) : file)
}

interface Cached extends Pick<Executable, 'nodeVersion'> {
  readonly pkg: Target['pkg']
  readonly node: Buffer
}

/** pkg takes an archive as downloaded, and a binary as unpacked, when a file `.ok` stands beside it. */
function seedPkgCache(cache: string, { pkg, node, nodeVersion }: Cached) {
  const windows = pkg.platform === 'win'
  const name = `node-v${nodeVersion}-${pkg.platform === 'macos' ? 'darwin' : pkg.platform}-${pkg.arch}`
  const binary = windows ? join(cache, `${name}.exe`) : join(cache, name, 'bin', 'node')
  const archive = join(cache, `${name}.${windows ? 'zip' : 'tar.gz'}`)
  mkdirSync(dirname(binary), { recursive: true })
  writeFileSync(binary, node, { mode: 0o755 })
  for (const file of [archive, `${archive}.ok`, `${binary}.ok`]) writeFileSync(file, '')
}
