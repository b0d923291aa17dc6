import type { ResultCodec } from '../../../contract/threads.ts'

/** For results that are plain data already: texts, numbers, dates, lists, objects and maps of such. */
export function plainResult<T>(): ResultCodec<T, T> {
  return { encode: (result) => result, decode: (plain) => plain }
}
