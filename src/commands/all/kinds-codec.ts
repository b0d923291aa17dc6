import { restoredError, type SerializedError, serializedError } from '../../contract/serialized-error.ts'
import type { ResultCodec } from '../../contract/threads.ts'
import { AppError } from '../../errors.ts'
import { type PlainRows, rowsCodec } from '../proxies/fleet/rows-codec.ts'
import type { ProxyKinds } from '../resources/all-views.ts'

interface PlainKinds extends Omit<ProxyKinds, 'kinds'> {
  readonly kinds: ReadonlyMap<string, { readonly rows: PlainRows } | { readonly error: SerializedError }>
}

/** What one proxy has of each kind. */
export const kindsCodec: ResultCodec<ProxyKinds, PlainKinds> = {
  encode: ({ kinds, ...proxy }) => ({
    ...proxy,
    kinds: new Map(
      [...kinds].map(([name, view]) => [
        name,
        view instanceof AppError ? { error: serializedError(view) } : { rows: rowsCodec.encode(view) },
      ]),
    ),
  }),
  decode: ({ kinds, ...proxy }) => ({
    ...proxy,
    kinds: new Map(
      [...kinds].map(([name, plain]) => [name, 'rows' in plain ? rowsCodec.decode(plain.rows) : appError(plain.error)]),
    ),
  }),
}

function appError(plain: SerializedError): AppError {
  const error = restoredError(plain)
  if (error instanceof AppError) return error
  throw error
}
