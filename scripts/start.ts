import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { buildBundle, bundleFile, dist } from './bundle/build.ts'
import { upToDate } from './bundle/up-to-date.ts'

/** `npm start -- ARGUMENTS`: builds the program if something changed and runs it as a user would. */
const root = join(import.meta.dirname, '..')
const example = ['clusters', '--file', join(root, 'test/fixtures/sidecar/config_dump.json')]

if (!upToDate(root)) await buildBundle(root)

const given = process.argv.slice(2)
if (given.length === 0) {
  console.error('No arguments: showing the clusters of test/fixtures/sidecar/config_dump.json, as')
  console.error('npm start -- clusters --file test/fixtures/sidecar/config_dump.json')
}

const program = spawn(process.execPath, [join(root, dist, bundleFile), ...(given.length === 0 ? example : given)], {
  stdio: 'inherit',
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // A terminal sends Ctrl-C to the program as well; a second one would end it before it has tidied up.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) program.kill(signal)
  })
}
program.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + constants.signals[signal ?? 'SIGTERM']
})
