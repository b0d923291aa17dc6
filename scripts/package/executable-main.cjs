// What the single executable starts: the bundled program, compiled from V8's code cache where the build has one for this
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
const { Script } = require('node:vm')

const asset = (name) => Buffer.from(getRawAsset(name))
const script = new Script(asset('program').latin1Slice(), {
  filename: 'kubectl-proxy_config.cjs',
  // The bundle stands in a function here: without this its places would not be those of the source map.
  columnOffset: -'(function(require,__filename){'.length,
  cachedData: getAssetKeys().includes('code-cache') ? asset('code-cache') : undefined,
})
script.runInThisContext()(require, process.execPath)
