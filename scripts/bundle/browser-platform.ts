import { join } from 'node:path'
import type { Plugin } from 'esbuild'

/** Puts the browser's platform in the place of Node's. */
export const browserPlatform: Plugin = {
  name: 'browser-platform',
  setup({ onResolve }) {
    onResolve({ filter: /\/platform\/node\.ts$/ }, ({ resolveDir, path }) => ({
      path: join(resolveDir, path.replace(/node\.ts$/, 'browser.ts')),
    }))
  },
}
