import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

const imports = /^import .+;$/gm
const commonJs = /^module\.exports = /m
const exported = /^export default function stringWidth\(/m

/**
 * `string-width` makes an `Intl.Segmenter` and expressions on Unicode properties as soon as it is loaded, 20 ms of every start,
 * twice: our tables and yargs have one each. Only text outside of ASCII needs them. In the bundle the module's content is run when
 * the first width is asked for; the build fails when the module no longer has the shape for that.
 */
export const lazyStringWidth: Plugin = {
  name: 'lazy-string-width',
  setup(build) {
    build.onLoad({ filter: /[/\\]string-width[/\\]index\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      // An old one, of the package `table`, is CommonJS: what asks for it runs it.
      if (commonJs.test(source)) return { contents: source, loader: 'js' }
      if (!exported.test(source)) return { errors: [{ text: `${path} no longer exports stringWidth as a function` }] }
      const content = source.replaceAll(imports, '').replace(exported, 'function stringWidth(')
      const contents = [
        ...(source.match(imports) ?? []),
        `function load() {\n${content}\nreturn stringWidth;\n}`,
        'let loaded;',
        'export default function stringWidth(...given) { return (loaded ??= load())(...given); }',
      ].join('\n')
      return { contents, loader: 'js' }
    })
  },
}
