// Runs the bundled program with each of the given command lines, in one process, and writes V8's code cache of all that
// was compiled for them. A child process of code-cache.ts: `node warm.cjs BUNDLE CACHE COMMAND-LINES-AS-JSON`.
const { readFileSync, writeFileSync } = require('node:fs')
const { Script } = require('node:vm')

const [bundle, cache, commandLines] = process.argv.slice(2)
const script = new Script(readFileSync(bundle, 'latin1'), { filename: 'kubectl-proxy_config.cjs' })
const program = script.runInThisContext()

// The program ends its process when it is done; here another command line may still be under way.
process.exit = () => undefined

for (const commandLine of JSON.parse(commandLines)) {
  process.argv = [process.execPath, process.execPath, ...commandLine]
  program(require, process.execPath)
}

process.on('exit', () => writeFileSync(cache, script.createCachedData()))
