import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

const working = 'mainFilename || process.cwd()'

/**
 * yargs asks for the working folder as soon as it is loaded, for want of the folder that it is installed in; in a folder that was
 * removed that throws before a line of ours runs. Nothing here reads what it looks for there (a package.json with settings for it).
 */
export const yargsWithoutFolder: Plugin = {
  name: 'yargs-without-folder',
  setup(build) {
    build.onLoad({ filter: /[/\\]yargs[/\\]lib[/\\]platform-shims[/\\]esm\.mjs$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      if (!source.includes(working)) return { errors: [{ text: `${path} no longer has ${working}` }] }
      return { contents: source.replace(working, "mainFilename || '/'"), loader: 'js' }
    })
  },
}
