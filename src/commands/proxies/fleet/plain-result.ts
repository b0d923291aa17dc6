import type { Crossing } from '../../../contract/threads.ts'

/** For results that are plain data already: texts, numbers, dates, lists, objects and maps of such. */
export function plainResult<T>(): Crossing<T, T> {
  return { encode: (result) => result, decode: (plain) => plain }
}
