import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
}

const rule = '='.repeat(80)
const licenceFile = /^(?:licen[cs]e|copying|notice)(?:[-.].*)?$/i

/**
 * The licences of every package of which code is in the bundle, sorted by name and version.
 * @throws Error for a package that names no licence, because it could not be passed on
 */
export function thirdPartyNotices(root: string, { outputs }: Metafile): string {
  const folders = new Set(
    Object.values(outputs)
      .flatMap(({ inputs }) => Object.entries(inputs))
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => packageFolder(path))
      .filter((folder) => folder !== undefined),
  )
  // npm may have placed one package several times.
  const notices = [...new Set([...folders].map((folder) => notice(join(root, folder))))].toSorted()
  return `This program contains the following third-party software.\n\n${notices.join('\n')}`
}

/** `node_modules/a/node_modules/@b/c/lib/x.js` is of `node_modules/a/node_modules/@b/c`. */
function packageFolder(path: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]
}

function notice(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  if (license === undefined) throw new Error(`${name} ${version} names no licence`)
  const texts = readdirSync(folder)
    .filter((file) => licenceFile.test(file))
    .toSorted()
    .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim())
  return [rule, `${name} ${version} (${license})`, rule, ...(texts.length === 0 ? [] : texts), ''].join('\n')
}
