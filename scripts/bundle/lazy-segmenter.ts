import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

const made = /^const segmenter = new Intl\.Segmenter\(\);$/m

/**
 * `string-width` makes an `Intl.Segmenter` as soon as it is loaded, which takes 10 to 20 ms of every start; our tables and yargs
 * load it, and only text outside of ASCII needs it. In the bundle it is made at its first use; the build fails when that line is
 * no longer there.
 */
export const lazySegmenter: Plugin = {
  name: 'lazy-segmenter',
  setup(build) {
    build.onLoad({ filter: /[/\\]string-width[/\\]index\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      if (!made.test(source)) return { errors: [{ text: 'string-width no longer makes its segmenter in one line' }] }
      const lazy = 'let own;\nconst segmenter = { segment: text => (own ??= new Intl.Segmenter()).segment(text) };'
      return { contents: source.replace(made, lazy), loader: 'js' }
    })
  },
}
