import type { StoredBytes } from '../../envoy/input/stored-bytes.ts'
import { AppError } from '../../errors.ts'
import type { MeshProxy } from '../proxy.ts'

/** The page that an admin path asks for: `config_dump` of `config_dump?include_eds`. */
export function pageName(path: string): string {
  return path.split('?', 1)[0] ?? ''
}

/** A page that there must be. @throws AppError when it is absent or cannot be read */
export async function requiredPage(proxy: MeshProxy, path: string, signal?: AbortSignal): Promise<StoredBytes> {
  const page = await proxy.page(path, signal)
  if (page === 'absent') throw await proxy.absence(path)
  return page
}

/** All bytes of a page that there must be. @throws AppError when it is absent or cannot be read */
export async function requiredBytes(proxy: MeshProxy, path: string, signal?: AbortSignal): Promise<Uint8Array> {
  return allOf(await requiredPage(proxy, path, signal))
}

/**
 * The text that a POST is answered with.
 * @throws AppError when it fails, or nothing runs that it could be sent to
 */
export async function posted(proxy: MeshProxy, path: string, signal?: AbortSignal): Promise<string> {
  if (proxy.post === undefined) {
    // What a POST without parameters only asks for may have been saved.
    const saved = path.includes('?') ? 'absent' : await proxy.page(path, signal)
    if (saved !== 'absent') return Buffer.from(allOf(saved)).toString('utf8')
    throw new AppError(`${proxy.label} is saved: only a live proxy has /${pageName(path)}`)
  }
  return Buffer.from(await proxy.post(path, signal)).toString('utf8')
}

/** The bytes of a page. */
export function allOf(page: StoredBytes): Uint8Array {
  return page.read(0, page.size)
}
