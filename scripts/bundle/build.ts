import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Metafile } from 'esbuild'
import { lazyStringWidth } from './lazy-string-width.ts'
import { notServed } from './not-served.ts'
import { pageFile, pageTemplate } from './page-template.ts'
import { thirdPartyNotices } from './third-party-notices.ts'
import { versionOnly } from './version-only.ts'
import { yargsWithoutFolder } from './yargs-without-folder.ts'

/** Where everything that is built goes. */
export const dist = 'dist'
export const bundleFile = 'kubectl-proxy_config.cjs'
/** What the places of a crash report are looked up in. */
export const sourceMapFile = `${bundleFile}.map`
export const metafileName = 'metafile.json'
export const noticesFile = 'THIRD-PARTY-NOTICES.txt'

/** The bundle run by a Node that is too old says so in one line; npm scripts and the packaged binary bring their own. */
const nodeGuard =
  "if(Number(process.versions.node.split('.')[0])<22){process.stderr.write('error: kubectl proxy-config needs Node 22.19 or newer, this is '+process.version+'\\n');process.exit(1)}"

/**
 * Makes the one-file program `dist/kubectl-proxy_config.cjs`, the licences of what is in it, and esbuild's metafile.
 * The same sources give the same bytes. `import()` stays lazy in it: a module behind one is not evaluated before its use.
 * @throws Error also for what esbuild only warns about, and for a module that a single executable could not load
 */
export async function buildBundle(root: string, out: string = join(root, dist)): Promise<Metafile> {
  const { outputFiles, metafile, warnings } = await build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts'],
    outfile: join(out, bundleFile),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    // A single executable has no loader for modules at run time: what is left as `import()` fails in it. `require` it has.
    supported: { 'dynamic-import': false },
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    // Beside the bundle, which does not name it: `npm run symbolicate` reads it.
    sourcemap: 'external',
    sourcesContent: false,
    banner: { js: `${nodeGuard}const bundleUrl=require('node:url').pathToFileURL(__filename).href;` },
    define: { 'import.meta.url': 'bundleUrl' },
    plugins: [lazyStringWidth, yargsWithoutFolder, versionOnly(join(root, 'package.json'))],
    metafile: true,
    write: false,
    logLevel: 'error',
  })
  // The map is no part of the program.
  for (const path of Object.keys(metafile.outputs)) if (path.endsWith('.map')) delete metafile.outputs[path]
  const [warning] = warnings
  if (warning !== undefined) throw new Error(`${warning.text} (${warning.location?.file ?? 'no file'})`)
  const faults = outputFiles.flatMap(({ path, text }) => (path.endsWith('.map') ? [] : notServed(text, metafile)))
  if (faults.length > 0)
    throw new Error(`a single executable cannot load what the bundle asks for: ${faults.join('; ')}`)
  mkdirSync(out, { recursive: true })
  for (const { path, contents } of outputFiles) writeFileSync(path, contents)
  writeFileSync(join(out, pageFile), await pageTemplate(root))
  writeFileSync(join(out, noticesFile), thirdPartyNotices(root, metafile))
  writeFileSync(join(out, metafileName), `${JSON.stringify(metafile)}\n`)
  return metafile
}
