// Runs the bundled program with each of the given command lines, in one process. A child process of code-cache.ts:
//   node warm.cjs PROGRAM PARTS CACHE LOADED DUMP COMMAND-LINES-AS-JSON
// A live proxy is that of warm-server.cjs, which answers with the DUMP; the kubeconfig in the home folder leads to it.
// It writes the chunks that were loaded to LOADED, as JSON, V8's code caches of all that was compiled, one behind the other, to
// CACHE, and PARTS with the place of each.
const { readFileSync, writeFileSync } = require('node:fs')
const { pathToFileURL } = require('node:url')
const { Script } = require('node:vm')
const { startServer } = require('./warm-server.cjs')

const [program, partsFile, cache, loadedFile, dump, commandLinesText] = process.argv.slice(2)
const commandLines = JSON.parse(commandLinesText)
const text = readFileSync(program, 'latin1')
const parts = JSON.parse(readFileSync(partsFile, 'utf8'))
const scripts = new Map()
const chunks = []
const bundleUrl = pathToFileURL(process.execPath).href

function compiled(number) {
  const part = parts.find((each) => each.chunks.includes(number))
  const script = new Script(text.slice(part.start, part.end), {
    filename: 'kubectl-proxy_config.cjs',
    lineOffset: part.line,
  })
  scripts.set(part, script)
  script.runInThisContext()(chunks)
  return chunks[number]
}

const used = new Set()

async function main() {
  const endServer = await startServer(process.env.HOME, readFileSync(dump))
  // The program ends its process when it is done; here another command line may still be under way.
  let underWay = commandLines.length
  process.exit = () => {
    underWay -= 1
    if (underWay === 0) endServer()
  }
  for (const commandLine of commandLines) {
    process.argv = [process.execPath, process.execPath, ...commandLine]
    const loaded = []
    const load = (number) => {
      used.add(number)
      loaded[number] ??= (chunks[number] ?? compiled(number))(load, require, process.execPath, bundleUrl)
      return loaded[number]
    }
    load(0)
  }
}
void main()

process.on('exit', () => {
  const caches = []
  let at = 0
  for (const [part, script] of scripts) {
    const data = script.createCachedData()
    part.cache = [at, at + data.length]
    at += data.length
    caches.push(data)
  }
  writeFileSync(loadedFile, JSON.stringify([...used]))
  writeFileSync(cache, Buffer.concat(caches))
  writeFileSync(partsFile, JSON.stringify(parts))
})
