import { registerHooks } from 'node:module'

/** Loaded before a test (`--import`): gives the source file that MUTANT names with the one change in it. */
const mutant: { url: string; start: number; end: number; replacement: string } | undefined =
  process.env.MUTANT === undefined ? undefined : JSON.parse(process.env.MUTANT)

if (mutant !== undefined)
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      if (url !== mutant.url || loaded.source === undefined || loaded.source === null) return loaded
      const text =
        typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString()
      return { ...loaded, source: text.slice(0, mutant.start) + mutant.replacement + text.slice(mutant.end) }
    },
  })
