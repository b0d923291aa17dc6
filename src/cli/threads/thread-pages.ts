import { inMemory, type StoredBytes } from '../../envoy/input/stored-bytes.ts'
import { AppError } from '../../errors.ts'
import { storedFile } from '../../fetch/saved/stored-file.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { Page } from './messages.ts'

interface SentPage {
  readonly page: Page
  /** The buffers of it, which are given up. */
  readonly moved: readonly ArrayBuffer[]
}

/** A page of a proxy as it is sent to a thread. @throws AppError when it cannot be read */
export async function sentPage(proxy: MeshProxy, path: string): Promise<SentPage> {
  const packed = proxy.packed?.(path)
  if (packed !== undefined) return { page: { packed }, moved: [packed.packed.buffer] }
  const page = await proxy.page(path)
  if (page === 'absent') return { page, moved: [] }
  if (page.path !== undefined) return { page: { path: page.path }, moved: [] }
  // A copy: whoever made the page may hold on to it, and what is moved is gone.
  const bytes = new Uint8Array(page.read(0, page.size))
  return { page: { bytes, written: page.written }, moved: [bytes.buffer] }
}

/** The page that was sent. @throws AppError when it is broken, or its file is gone */
export async function receivedPage(page: Page): Promise<StoredBytes | 'absent'> {
  if (page === 'absent') return page
  if ('bytes' in page) return inMemory(page.bytes, page.written)
  if ('packed' in page) return (await import('../../fetch/capture/saved/unpacked-page.ts')).unpackedPage(page.packed)
  const stored = storedFile(page.path)
  if (stored === undefined) throw new AppError(`the path "${page.path}" is no file any more`)
  return stored
}
