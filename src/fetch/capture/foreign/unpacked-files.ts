import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { AppError } from '../../../errors.ts'
import { tooLarge } from '../../limits.ts'
import type { StoredFiles } from '../format/stored-files.ts'

/**
 * Files of which those that gzip has compressed stand under their names without `.gz`, and are unpacked when they are read; archives stay
 * what they are.
 * @param maxSize bytes that one may have, unpacked
 */
export function unpackedFiles(files: StoredFiles, maxSize: number): StoredFiles {
  const sources = new Map(
    files.names
      .filter((name) => name.endsWith('.gz') && !name.endsWith('.tar.gz') && !files.has(plainName(name)))
      .map((name) => [plainName(name), name]),
  )
  if (sources.size === 0) return files
  const sourceOf = (name: string) => sources.get(name) ?? name
  const packed = new Set(sources.values())
  return {
    ...files,
    names: files.names.map((name) => (packed.has(name) ? plainName(name) : name)),
    has: (name) => files.has(sourceOf(name)),
    written: (name) => files.written(sourceOf(name)),
    async read(name) {
      const source = sources.get(name)
      const bytes = await files.read(source ?? name)
      return source === undefined || bytes === undefined
        ? bytes
        : unpacked(bytes, `${source} of ${files.label}`, maxSize)
    },
  }
}

function plainName(name: string): string {
  return name.slice(0, -'.gz'.length)
}

async function unpacked(bytes: Uint8Array, label: string, maxSize: number): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: maxSize })
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(label, maxSize)
    throw new AppError(`${label} is broken: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}
