import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Metafile } from 'esbuild'
import { type Chunk, chunksOf } from './chunks.ts'
import { type Joined, joinedChunks } from './joined-chunks.ts'
import { lazyStringWidth } from './lazy-string-width.ts'
import { notServed } from './not-served.ts'
import { builtPage, pageFile } from './page-template.ts'
import { thirdPartyNotices } from './third-party-notices.ts'
import { versionOnly } from './version-only.ts'
import { yargsParserAlone } from './yargs-parser-alone.ts'
import { zlibWhenCompressed } from './zlib-when-compressed.ts'

/** Where everything that is built goes. */
export const dist = 'dist'
export const bundleFile = 'kubectl-proxy_config.cjs'
/** What the places of a crash report are looked up in. */
export const sourceMapFile = `${bundleFile}.map`
const entry = 'src/main.ts'
export const metafileName = 'metafile.json'
export const noticesFile = 'THIRD-PARTY-NOTICES.txt'

/** The bundle run by a Node that is too old says so in one line; npm scripts and the packaged binary bring their own. */
const nodeGuard =
  "if(Number(process.versions.node.split('.')[0])<22){process.stderr.write('error: kubectl proxy-config needs Node 22.19 or newer, this is '+process.version+'\\n');process.exit(1)}"

/** A program that was built. */
export interface Bundle {
  readonly metafile: Metafile
  readonly chunks: readonly Chunk[]
  /** The file in `dist`, of which the chunks are parts. */
  readonly joined: Joined
}

/**
 * Makes the one-file program `dist/kubectl-proxy_config.cjs`, the licences of what is in it, and esbuild's metafile.
 * The same sources give the same bytes. `import()` stays lazy in it: a module behind one is not evaluated before its use. The
 * program is divided into chunks of what is always loaded together, so that the single executable reads no others.
 * @throws Error also for what esbuild only warns about, and for a module that a single executable could not load
 */
export async function buildBundle(root: string, out: string = join(root, dist)): Promise<Bundle> {
  const { outputFiles, metafile, warnings } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir: out,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    // Chunks are minified when they are functions.
    minify: false,
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    define: { 'import.meta.url': 'bundleUrl' },
    plugins: [lazyStringWidth, yargsParserAlone, zlibWhenCompressed, versionOnly(join(root, 'package.json'))],
    metafile: true,
    write: false,
    logLevel: 'error',
  })
  const [warning] = warnings
  if (warning !== undefined) throw new Error(`${warning.text} (${warning.location?.file ?? 'no file'})`)
  // The maps are no part of the program.
  for (const path of Object.keys(metafile.outputs)) if (path.endsWith('.map')) delete metafile.outputs[path]
  const texts = new Map(outputFiles.map(({ path, text }) => [path, text]))
  const written = Object.entries(metafile.outputs).map(([path, output]) => {
    const [text, map] = [textOf(texts, join(root, path)), textOf(texts, join(root, `${path}.map`))]
    return { path, text, map, output }
  })
  const chunks = await chunksOf(written, entry)
  const joined = joinedChunks(chunks, nodeGuard)
  const faults = notServed(joined.text, metafile)
  if (faults.length > 0)
    throw new Error(`a single executable cannot load what the bundle asks for: ${faults.join('; ')}`)
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, bundleFile), joined.text)
  // Beside the bundle, which does not name it: `npm run symbolicate` reads it.
  writeFileSync(join(out, sourceMapFile), joined.map)
  const page = await builtPage(root)
  writeFileSync(join(out, pageFile), page.html)
  const outputs = { ...metafile.outputs, ...page.metafile.outputs }
  writeFileSync(join(out, noticesFile), thirdPartyNotices(root, { outputs }))
  writeFileSync(join(out, metafileName), `${JSON.stringify(metafile)}\n`)
  return { metafile, chunks, joined }
}

function textOf(texts: ReadonlyMap<string, string>, path: string): string {
  const text = texts.get(path)
  if (text === undefined) throw new Error(`esbuild wrote no ${path}`)
  return text
}
