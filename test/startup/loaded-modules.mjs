// Preloaded with `node --import`: writes which modules a command line loads to the file that LOADED_MODULES names.
import { writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

const loaded = []
registerHooks({
  load(url, context, next) {
    const result = next(url, context)
    if (url.startsWith('file:')) loaded.push({ url, bytes: result.source?.length ?? 0 })
    return result
  },
})
process.on('exit', () => writeFileSync(process.env.LOADED_MODULES, JSON.stringify(loaded)))
