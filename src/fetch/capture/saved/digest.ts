/** Bytes that are worth another thread. */
const worthAThread = 2 ** 18

/**
 * SHA-256 in hex.
 * @param others whether others are read at the same time: another thread then makes it, which for a single one takes longer
 */
export async function sha256Of(bytes: Uint8Array, others: boolean): Promise<string> {
  if (others && bytes.length >= worthAThread && isUnshared(bytes))
    return Buffer.from(await globalThis.crypto.subtle.digest('SHA-256', bytes)).toString('hex')
  const { createHash } = await import('node:crypto')
  return createHash('sha256').update(bytes).digest('hex')
}

/** Bytes that no other thread may change meanwhile. */
function isUnshared(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
}
