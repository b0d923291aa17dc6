import { build } from 'esbuild'
import { browserPlatform } from './browser-platform.ts'

/**
 * The core (src/core.ts) as one script for a page: it defines a global of the given name.
 * @throws Error when something in it needs Node
 */
export async function browserCore(root: string, globalName: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/core.ts'],
    bundle: true,
    format: 'iife',
    globalName,
    platform: 'browser',
    target: 'es2024',
    plugins: [browserPlatform],
    legalComments: 'none',
    minify: true,
    write: false,
    logLevel: 'silent',
  })
  return outputFiles.map(({ text }) => text).join('')
}
