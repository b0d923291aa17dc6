/**
 * Works on all items, at most `limit` of them at a time; the results in the order of the items. The first error ends it.
 * @param progress called with how many are done
 */
export async function atMost<T, R>(
  limit: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
  progress?: (done: number) => void,
): Promise<R[]> {
  const results: R[] = []
  const queue = items.entries()
  let done = 0
  async function worker(): Promise<void> {
    for (const [index, item] of queue) {
      progress?.(done)
      results[index] = await work(item)
      done += 1
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
  return results
}
