import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'
import { bundleFile, dist, metafileName } from './build.ts'

/** Whether the bundle in dist is newer than everything it was made from, this script and the lockfile included. */
export function upToDate(root: string): boolean {
  const [bundle, metafile] = [bundleFile, metafileName].map((name) => join(root, dist, name))
  if (bundle === undefined || metafile === undefined || !existsSync(bundle) || !existsSync(metafile)) return false
  const { inputs } = JSON.parse(readFileSync(metafile, 'utf8')) as Metafile
  const built = statSync(bundle).mtimeMs
  const madeFrom = [...Object.keys(inputs), 'package.json', 'package-lock.json', 'scripts/bundle/build.ts']
  return madeFrom.every((path) => {
    const input = statSync(join(root, path), { throwIfNoEntry: false })
    return input !== undefined && input.mtimeMs < built
  })
}
