import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { dist, sourceMapFile } from './bundle/build.ts'
import { symbolicated } from './symbolicate/symbolicated.ts'

/**
 * `npm run -s symbolicate [-- MAP] < REPORT`: the crash report with places in the sources in place of those in the bundle. MAP is the
 * source map beside the release that the report names; else it is the one of `npm run build`, for the sources as they are here.
 */
const map = process.argv[2] ?? join(import.meta.dirname, '..', dist, sourceMapFile)
process.stdout.write(symbolicated(await text(process.stdin), JSON.parse(readFileSync(map, 'utf8'))))
