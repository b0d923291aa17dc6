// What the single executable starts: the bundled program, compiled from V8's code cache where the build has one for this
// platform. Node's own `useCodeCache` would keep only what the module's top level compiles, and differ in every build.
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
