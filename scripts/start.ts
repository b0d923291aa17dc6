import { join } from 'node:path'
import { buildBundle, bundleFile, dist } from './bundle/build.ts'
import { upToDate } from './bundle/up-to-date.ts'
import { runChild } from './run-child.mjs'

/** `npm start -- ARGUMENTS`: builds the program if something changed and runs it as a user would. */
const root = join(import.meta.dirname, '..')
const example = ['clusters', '--file', join(root, 'test/fixtures/sidecar/config_dump.json')]

if (!upToDate(root)) await buildBundle(root)

const given = process.argv.slice(2)
if (given.length === 0) {
  console.error('No arguments: showing the clusters of test/fixtures/sidecar/config_dump.json, as')
  console.error('npm start -- clusters --file test/fixtures/sidecar/config_dump.json')
}

runChild(process.execPath, [join(root, dist, bundleFile), ...(given.length === 0 ? example : given)])
