import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { removeSignature } from './remove-signature.ts'
import { stripSymbols } from './strip-symbols.ts'
import type { Target } from './targets.ts'

interface Executable {
  readonly target: Target
  /** Path of the target's Node. */
  readonly node: string
  readonly nodeVersion: string
  readonly output: string
  /** Asset name to file: `program`, and `code-cache` where there is one. */
  readonly assets: Readonly<Record<string, string>>
  /** Folder for what pkg needs while it works. */
  readonly work: string
}

const mainFile = 'executable-main.cjs'

/**
 * Makes a single executable with pkg, in its simple SEA form. pkg would download Node from nodejs.org; it finds the one from
 * npm in its cache folder instead, which is below the home folder that it is shown.
 *
 * Node keeps the path of the main file in the executable, as it was given. pkg works in a folder of its own below the
 * temporary one: with that in `work` the path is the same for every build, wherever the project lies.
 */
export function makeExecutable({ target, node, nodeVersion, output, assets, work }: Executable): void {
  const home = join(work, 'home')
  seedPkgCache(join(home, '.pkg-cache', 'sea'), { target, node, nodeVersion })
  const main = join(work, mainFile)
  copyFileSync(join(import.meta.dirname, mainFile), main)
  const options = {
    targets: [{ nodeRange: `node${nodeVersion}`, ...target.pkg, output }],
    seaConfig: {
      main: `../${mainFile}`,
      disableExperimentalSEAWarning: true,
      useSnapshot: false,
      useCodeCache: false,
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

/** pkg takes an archive as downloaded, and a binary as unpacked, when a file `.ok` stands beside it. */
function seedPkgCache(
  cache: string,
  { target, node, nodeVersion }: Pick<Executable, 'target' | 'node' | 'nodeVersion'>,
) {
  const windows = target.pkg.platform === 'win'
  const os = target.pkg.platform === 'macos' ? 'darwin' : target.pkg.platform
  const name = `node-v${nodeVersion}-${os}-${target.pkg.arch}`
  const binary = windows ? join(cache, `${name}.exe`) : join(cache, name, 'bin', 'node')
  const archive = join(cache, `${name}.${windows ? 'zip' : 'tar.gz'}`)
  mkdirSync(dirname(binary), { recursive: true })
  if (os === 'linux') writeFileSync(binary, stripSymbols(readFileSync(node)), { mode: 0o755 })
  else copyFileSync(node, binary)
  for (const file of [archive, `${archive}.ok`, `${binary}.ok`]) writeFileSync(file, '')
}
