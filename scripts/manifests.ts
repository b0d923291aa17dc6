import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { load } from 'js-yaml'
import { objectOf, objectsOf, stringOf } from '../src/envoy/json.ts'
import { dist } from './bundle/build.ts'
import { install } from './krew/install.ts'
import { manifestFaults } from './krew/manifest-faults.ts'
import { renderTemplate } from './krew/render-template.ts'
import { formulaFile, homebrewFormula } from './manifests/homebrew.ts'
import { releaseOf } from './manifests/release.ts'
import { scoopFile, scoopManifest } from './manifests/scoop.ts'
import { shimFiles } from './package/shims.ts'
import { binaryName, targets } from './package/targets.ts'

/**
 * `node scripts/manifests.ts [FOLDER]`: renders plugin.yaml for the archives in dist (or FOLDER) to krew's proxy-config.yaml there,
 * and checks all that krew and its index ask of it: the manifest, and each archive by installing it in krew's steps. From the
 * same data it makes Homebrew's formula and Scoop's manifest.
 */
const root = join(import.meta.dirname, '..')
const folder = process.argv[2] ?? join(root, dist)
const { version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string
  license: string
}
const tag = `v${version}`

const archiveAt = (url: string) => join(folder, basename(new URL(url).pathname))
const rendered = renderTemplate(readFileSync(join(root, 'plugin.yaml'), 'utf8'), tag, (url) => {
  if (!existsSync(archiveAt(url))) throw new Error(`${archiveAt(url)} is missing: run "npm run package" first`)
  return createHash('sha256')
    .update(readFileSync(archiveAt(url)))
    .digest('hex')
})
const manifest = objectOf(load(rendered))
const faults = manifestFaults('proxy-config.yaml', manifest)

const krewRoot = mkdtempSync(join(tmpdir(), 'krew-'))
try {
  for (const platform of objectsOf(objectOf(manifest.spec).platforms)) {
    const [uri, sha256, bin] = [platform.uri, platform.sha256, platform.bin].map((value) => stringOf(value) ?? '')
    const archive = readFileSync(archiveAt(uri ?? ''))
    await install({
      krewRoot,
      name: 'proxy-config',
      version: tag,
      archive,
      sha256: sha256 ?? '',
      bin: bin ?? '',
    }).catch((error: Error) => faults.push(`${uri}: ${error.message}`))
  }
} finally {
  rmSync(krewRoot, { recursive: true, force: true })
}
for (const text of faults) console.error(`krew would refuse: ${text}`)
if (faults.length > 0) process.exit(1)
const release = releaseOf(manifest, license)
const files = {
  'proxy-config.yaml': rendered,
  [formulaFile]: homebrewFormula(release),
  [scoopFile]: scoopManifest(release, windowsPrograms()),
}
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
console.error(`${Object.keys(files).join(', ')}: ${tag}, all rules hold`)

function windowsPrograms(): string[] {
  const windows = targets.find(({ os }) => os === 'windows')
  return windows === undefined ? [] : [binaryName(windows), ...shimFiles(windows).map(({ name }) => name)]
}
