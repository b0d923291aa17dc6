import { isBuiltin } from 'node:module'
import type { Metafile } from 'esbuild'

/** What packages ask for in a `try` and do without: native parts of `ws`, the colours of `debug`. */
const optional = new Set(['bufferutil', 'utf-8-validate', 'supports-color'])

/**
 * What a bundle asks for at run time and a single executable does not have: `import()` in any form, also in a text that is
 * evaluated (the executable has no loader for it, ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING), and modules that are neither in the
 * bundle nor part of Node.
 * @returns one text for each, with what stands around it
 */
export function notServed(bundle: string, { outputs }: Pick<Metafile, 'outputs'>): string[] {
  const imports = [...bundle.matchAll(/(?<![\w$.])import\s*(?:\(|\.meta)/g)].map(
    ({ index }) => `import at ${index}: ${bundle.slice(Math.max(0, index - 60), index + 60)}`,
  )
  const modules = Object.values(outputs)
    .flatMap((output) => output.imports)
    .filter(({ external, path }) => external === true && !isBuiltin(path) && !optional.has(path))
    .map(({ path }) => `module ${path}`)
  return [...imports, ...modules]
}
