import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

/** Of the project's own package.json only the version goes into the bundle. */
export function versionOnly(manifest: string): Plugin {
  return {
    name: 'version-only',
    setup(build) {
      build.onLoad({ filter: /[/\\]package\.json$/ }, async ({ path }) => {
        if (path !== manifest) return undefined
        const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string }
        return { contents: JSON.stringify({ version }), loader: 'json' }
      })
    },
  }
}
