import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

/** The one thing of client-node's config.js that is needed: its OpenID Connect part reads a CA with it. */
const wanted = /^export function bufferFromFileOrString\(file, data\) \{\n[\s\S]*?^\}/m

/**
 * Of client-node the program uses exec over WebSockets and the refresh of OpenID Connect tokens. The latter imports config.js for one
 * function, and that file imports its generated API, 700 models, undici and jsonpath-plus: a third of the bundle, of which nothing ran.
 */
export const clientNodeParts: Plugin = {
  name: 'client-node-parts',
  setup(build) {
    build.onLoad({ filter: /[/\\]@kubernetes[/\\]client-node[/\\]dist[/\\]config\.js$/ }, async ({ path }) => {
      const [needed] = wanted.exec(await readFile(path, 'utf8')) ?? []
      if (needed === undefined) return { errors: [{ text: `${path} no longer has bufferFromFileOrString` }] }
      return { contents: `import fs from 'node:fs'\n${needed}\n`, loader: 'js' }
    })
  },
}
