import { inMemory, type StoredBytes } from '../../envoy/input/stored-bytes.ts'
import { AppError } from '../../errors.ts'
import { storedFile } from '../../fetch/saved/stored-file.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { SentPage } from './messages.ts'

interface PageToSend {
  readonly page: SentPage
  /** Its buffers, which are transferred. */
  readonly moved: readonly ArrayBuffer[]
}

/** Reads a page of a proxy, to be sent to a thread. @throws AppError when it cannot be read */
export async function pageToSend(proxy: MeshProxy, path: string): Promise<PageToSend> {
  const packed = proxy.packed?.(path)
  if (packed !== undefined) return { page: { packed }, moved: [packed.packed.buffer] }
  const page = await proxy.page(path)
  if (page === 'absent') return { page, moved: [] }
  if (page.path !== undefined) return { page: { path: page.path }, moved: [] }
  // A copy: the page may still be used here, and a buffer that is transferred no longer can.
  const bytes = new Uint8Array(page.read(0, page.size))
  return { page: { bytes, written: page.written }, moved: [bytes.buffer] }
}

/** Opens a page that was sent. @throws AppError when it is broken, or its file is gone */
export async function receivedPage(page: SentPage): Promise<StoredBytes | 'absent'> {
  if (page === 'absent') return page
  if ('bytes' in page) return inMemory(page.bytes, page.written)
  if ('packed' in page) return (await import('../../fetch/capture/saved/unpacked-page.ts')).unpackedPage(page.packed)
  const stored = storedFile(page.path)
  if (stored === undefined) throw new AppError(`the path "${page.path}" is not a file any more`)
  return stored
}
