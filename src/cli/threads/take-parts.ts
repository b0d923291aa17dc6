/** Bytes of the counter that threads take parts by. */
export const counterBytes = Int32Array.BYTES_PER_ELEMENT

/**
 * Takes the next part of divided work until none is left, and does it. A counter in shared memory says which is the next, for a thread that
 * computes answers no message.
 */
export async function takeParts(
  counter: SharedArrayBuffer,
  parts: number,
  work: (part: number) => Promise<void>,
): Promise<void> {
  const taken = new Int32Array(counter)
  const next = () => Atomics.add(taken, 0, 1)
  for (let part = next(); part < parts; part = next()) await work(part)
}
