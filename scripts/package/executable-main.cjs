// What the single executable starts: the bundled program in parts, compiled from V8's code cache where the build has one for this
// platform. Node's own `useCodeCache` would keep only what the module's top level compiles, and differ in every build.
// Variables that make any Node print the credentials of requests, or open a channel. They act before the first line of a
// program, so with one of them set the executable starts itself again without. NODE_OPTIONS is not read at all.
const unwanted = ['NODE_DEBUG', 'NODE_DEBUG_NATIVE', 'NODE_CHANNEL_FD']
if (unwanted.some((name) => process.env[name] !== undefined)) {
  for (const name of unwanted) delete process.env[name]
  const { argv0, execPath } = process
  const words = process.argv.slice(2)
  if (process.platform === 'win32') {
    const { spawnSync } = require('node:child_process')
    process.exit(spawnSync(execPath, words, { argv0, stdio: 'inherit' }).status ?? 1)
  }
  process.execve(execPath, [argv0, ...words], { ...process.env })
}

const { getAssetKeys, getRawAsset } = require('node:sea')
const { pathToFileURL } = require('node:url')
const { Script } = require('node:vm')

const asset = (name) => Buffer.from(getRawAsset(name))
const program = asset('program')
const caches = getAssetKeys().includes('code-cache') ? asset('code-cache') : undefined
const index = asset('index')

// What the bundle does by itself, but that a part of it is compiled when one of its chunks is first asked for.
const chunks = []
const loaded = []
const bundleUrl = pathToFileURL(process.execPath).href

function load(number) {
  loaded[number] ??= (chunks[number] ?? compiled(number))(load, require, process.execPath, bundleUrl)
  return loaded[number]
}

function compiled(number) {
  const [start, end, line, from, to] = [0, 4, 8, 12, 16].map((column) => index.readInt32LE(number * 20 + column))
  const script = new Script(program.latin1Slice(start, end), {
    filename: 'kubectl-proxy_config.cjs',
    // Its places are those of the bundle, and so of the source map.
    lineOffset: line,
    cachedData: to === 0 || caches === undefined ? undefined : caches.subarray(from, to),
  })
  script.runInThisContext()(chunks)
  return chunks[number]
}

load(0)
