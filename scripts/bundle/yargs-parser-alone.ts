import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

const parser = "import Parser from 'yargs-parser';"

/**
 * Of `yargs/helpers` the program takes the parser. Beside it the module loads what all of yargs needs of its platform, 5 ms with
 * `node:assert` and three packages more, and asks for the working folder, which throws in a folder that was removed. In the bundle it is the
 * parser alone.
 */
export const yargsParserAlone: Plugin = {
  name: 'yargs-parser-alone',
  setup(build) {
    build.onLoad({ filter: /[/\\]yargs[/\\]helpers[/\\]helpers\.mjs$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      if (!source.includes(parser)) return { errors: [{ text: `${path} no longer has ${parser}` }] }
      return { contents: `${parser}export { Parser };`, loader: 'js' }
    })
  },
}
