import { type PlainError, plainError, wholeError } from '../../contract/plain-error.ts'
import type { Crossing } from '../../contract/threads.ts'
import { AppError } from '../../errors.ts'
import { type PlainRows, rowsCrossing } from '../proxies/fleet/rows-crossing.ts'
import type { ProxyKinds } from '../resources/all-views.ts'

interface PlainKinds extends Omit<ProxyKinds, 'kinds'> {
  readonly kinds: ReadonlyMap<string, { readonly rows: PlainRows } | { readonly error: PlainError }>
}

/** What one proxy has of each kind. */
export const kindsCrossing: Crossing<ProxyKinds, PlainKinds> = {
  plain: ({ kinds, ...proxy }) => ({
    ...proxy,
    kinds: new Map(
      [...kinds].map(([name, view]) => [
        name,
        view instanceof AppError ? { error: plainError(view) } : { rows: rowsCrossing.plain(view) },
      ]),
    ),
  }),
  whole: ({ kinds, ...proxy }) => ({
    ...proxy,
    kinds: new Map(
      [...kinds].map(([name, plain]) => [
        name,
        'rows' in plain ? rowsCrossing.whole(plain.rows) : appError(plain.error),
      ]),
    ),
  }),
}

function appError(plain: PlainError): AppError {
  const error = wholeError(plain)
  if (error instanceof AppError) return error
  throw error
}
