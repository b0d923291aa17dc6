import { statSync } from 'node:fs'
import { join } from 'node:path'
import { buildBundle, bundleFile, dist } from './bundle/build.ts'

/** `npm run build`: the program as one file in dist. */
const root = join(import.meta.dirname, '..')
await buildBundle(root)
const file = join(dist, bundleFile)
console.error(`${file}: ${statSync(join(root, file)).size} bytes`)
