import { spawnSync } from 'node:child_process'
import { closeSync, copyFileSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unpackDebian } from './debian-packages.ts'

interface Finished {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program of another platform, in `root` of the project, with nothing to read. */
export type Emulator = (program: string, ...argv: string[]) => Finished

/** qemu in user mode, with glibc and what else the program needs of arm64. */
const arm64Libraries = ['libc6', 'libgcc-s1', 'libstdc++6']
/** Wine of version 9 or newer: Node reserves memory in a way that older ones lack. */
const wineParts = ['wine64', 'libwine', 'libz-mingw-w64', 'libc6', 'libgcc-s1', 'libunwind8', 'liblzma5', 'zlib1g']
/** What Wine says before anything else; with a font library its first start does not end without a display. */
const noFonts = /^Wine cannot find the FreeType font library\.(?:.*\n){4}/gm

/**
 * Emulators of the platforms that have one for Linux on x64, by target name. Fetches them into `folder`: 2 GB.
 * @param root the project
 * @param built what programs of Windows, and of musl on x64, see as `/built`
 * @throws Error that says why there are none here
 */
export function emulators(folder: string, root: string, built: string): Record<string, Emulator> {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('emulators need Linux on x64')
  // Emulators of older releases cannot run this Node.
  unpackDebian(folder, { amd64: ['qemu-user', ...wineParts], arm64: arm64Libraries }, 'trixie')
  const musl = join(folder, 'musl')
  unpackDebian(musl, { amd64: ['musl'], arm64: ['musl'] }, 'trixie')
  const qemu =
    (libraries: string): Emulator =>
    (program, ...argv) =>
      finished(root, folder, [join(folder, 'amd64/usr/bin/qemu-aarch64'), '-L', libraries, program, ...argv])
  const inside = { root, built, folder }
  return {
    linux_arm64: qemu(join(folder, 'arm64')),
    // A system of musl and nothing else, as small as Alpine's smallest.
    linux_musl_amd64: inOwnRoot({ inside: join(musl, 'amd64'), ...inside }, { env: 'HOME=/tmp', before: '' }),
    linux_musl_arm64: qemu(join(musl, 'arm64')),
    windows_amd64: wine({ inside: join(folder, 'amd64'), ...inside }),
  }
}

/** A root folder in which programs run, in namespaces of its own, which end all that they start. */
interface Inside {
  readonly inside: string
  readonly root: string
  readonly built: string
  readonly folder: string
}

/** @param start what chroot is given before the program's words: variables as `env` takes them, and how the program is started */
function inOwnRoot({ inside, root, built, folder }: Inside, start: { env: string; before: string }): Emulator {
  for (const place of ['dev', 'proc', 'tmp', 'built', 'test/fixtures'])
    mkdirSync(join(inside, place), { recursive: true })
  const mounts = [
    ['/dev', 'dev'],
    [built, 'built'],
    [join(root, 'test/fixtures'), 'test/fixtures'],
  ]
  const script = [
    'set -e',
    `mount -t proc proc '${join(inside, 'proc')}'`,
    ...mounts.map(([from, to]) => `mount --rbind '${from}' '${join(inside, to ?? '')}'`),
    `exec env -i ${start.env} "$(command -v chroot)" '${inside}' ${start.before} "$@"`,
  ].join('\n')
  return (...argv) =>
    finished(root, folder, [
      ...['unshare', '--map-root-user', '--mount', '--pid', '--fork', '--kill-child'],
      ...['sh', '-c', script, 'sh', ...argv],
    ])
}

function wine({ inside, ...others }: Inside): Emulator {
  const system = join(inside, 'home/wine/drive_c/windows/system32')
  mkdirSync(system, { recursive: true })
  const run = inOwnRoot(
    { inside, ...others },
    {
      env: `HOME=/home WINEPREFIX=/home/wine WINEDEBUG=-all WINESERVER=/usr/lib/wine/wineserver64 \
        'WINEDLLOVERRIDES=mscoree,mshtml,winemenubuilder.exe='`,
      before: '/usr/lib/wine/wine64',
    },
  )
  const zlib = 'zlib1.dll'
  // What the package's own installation script does.
  copyFileSync(join(inside, 'usr/x86_64-w64-mingw32/lib', zlib), join(system, zlib))
  const boot = run('wineboot', '--init')
  if (boot.status !== 0) throw new Error(`wine does not start:\n${boot.stdout}${boot.stderr}`)
  return run
}

/** Output goes to files: Wine does not know this system's pipes. */
function finished(cwd: string, folder: string, [program = '', ...argv]: readonly string[]): Finished {
  const files = ['stdout', 'stderr'].map((name) => join(folder, name))
  const [out, err] = files.map((file) => openSync(file, 'w'))
  try {
    const { error, status } = spawnSync(program, argv, {
      cwd,
      stdio: ['ignore', out, err],
      timeout: 180_000,
      killSignal: 'SIGKILL',
    })
    if (error !== undefined) throw error
    const [stdout = '', stderr = ''] = files.map((file) => readFileSync(file, 'utf8'))
    return { status, stdout, stderr: stderr.replace(noFonts, '') }
  } finally {
    for (const file of [out, err]) if (file !== undefined) closeSync(file)
  }
}
