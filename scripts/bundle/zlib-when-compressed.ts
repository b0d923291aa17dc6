import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

const statement = "const zlib = require('zlib');"
const use = /\bzlib\.(?=(?:[A-Z]|create))/g

/**
 * `ws` loads zlib for messages that are compressed, which the program never asks for; every connection to a live proxy would pay for
 * it. In the bundle the module is loaded where a message is compressed; the build fails when the file no longer has the shape for that.
 */
export const zlibWhenCompressed: Plugin = {
  name: 'zlib-when-compressed',
  setup(build) {
    build.onLoad({ filter: /[/\\]ws[/\\]lib[/\\]permessage-deflate\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      if (!source.includes(statement)) return { errors: [{ text: `${path} no longer has ${statement}` }] }
      const contents = source.replace(statement, "const zlib = () => require('zlib');").replaceAll(use, 'zlib().')
      return { contents, loader: 'js' }
    })
  },
}
