import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Metafile, transform } from 'esbuild'
import { browserPlatform } from './browser-platform.ts'
import { thirdPartyNotices } from './third-party-notices.ts'

/** The file of the template beside the bundle, and its asset in the executable. */
export const pageFile = 'report-page.html'

/** Where the data of a page goes. src/page/write/page-html.ts looks for it. */
const dataPlace = '<!--data-->'

/**
 * The page without its data: one script and one style, which its Content-Security-Policy names by their hashes. The same sources give
 * the same text.
 * @throws Error when something in the script needs Node
 */
export async function pageTemplate(root: string): Promise<string> {
  return (await builtPage(root)).html
}

/** The same, with what esbuild says of the packages in it. */
export async function builtPage(root: string): Promise<{ readonly html: string; readonly metafile: Metafile }> {
  const [{ script, metafile }, style] = await Promise.all([scriptOf(root), styleOf(root)])
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const html = `<!doctype html>
<html lang="en">
<head>
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="kubectl proxy-config report">
<title>Proxies</title>
<style>${style}</style>
</head>
<body>
<noscript>This page needs JavaScript to show its data.</noscript>
${dataPlace}
<script>${script}</script>
<!--
${thirdPartyNotices(root, metafile).replaceAll('--', '- -')}
-->
</body>
</html>
`
  return { html, metafile }
}

async function scriptOf(root: string): Promise<{ readonly script: string; readonly metafile: Metafile }> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/page/browser/start/main.ts'],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2024',
    plugins: [browserPlatform],
    legalComments: 'none',
    charset: 'ascii',
    minify: true,
    metafile: true,
    write: false,
    logLevel: 'silent',
  })
  return { script: outputFiles.map(({ text }) => text.trim()).join(''), metafile }
}

async function styleOf(root: string): Promise<string> {
  const folder = join(root, 'src/page/browser')
  // That of the page first: what a view adds stands beside the view.
  const parts = globSync('*/*.css', { cwd: folder }).toSorted()
  const source = ['style.css', ...parts].map((file) => readFileSync(join(folder, file), 'utf8')).join('\n')
  const { code } = await transform(source, { loader: 'css', minify: true })
  return code.trim()
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
