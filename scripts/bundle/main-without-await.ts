import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

const awaited = /^process\.exitCode = await (run\(.*\))$/m

/**
 * CommonJS has no top-level await, and a single executable needs CommonJS (nodejs/node#62726). The only one is the last
 * statement of `main.ts`, so it becomes a callback; the build fails when that line is no longer there.
 */
export const mainWithoutAwait: Plugin = {
  name: 'main-without-await',
  setup(build) {
    build.onLoad({ filter: /[/\\]src[/\\]main\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      if (!awaited.test(source))
        return { errors: [{ text: 'main.ts no longer ends in `process.exitCode = await run(...)`' }] }
      const contents = source.replace(awaited, 'void $1.then((code) => {\n  process.exitCode = code\n})')
      return { contents, loader: 'ts' }
    })
  },
}
