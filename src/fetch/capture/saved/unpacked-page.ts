import { inMemory, type StoredBytes } from '../../../envoy/input/stored-bytes.ts'
import { AppError } from '../../../errors.ts'
import type { PackedPage } from '../../../mesh/packed-page.ts'
import { unpack } from '../zip/unpack-entry.ts'
import { sha256Of } from './digest.ts'

/** A page that lay packed in a capture. @throws AppError when it is broken, or not what was captured */
export async function unpackedPage(page: PackedPage): Promise<StoredBytes> {
  const bytes = await unpack(page)
  const { sha256, written } = page
  if (sha256 !== undefined && (await sha256Of(bytes, false)) !== sha256.wanted) throw new AppError(sha256.otherwise)
  return inMemory(bytes, written)
}
