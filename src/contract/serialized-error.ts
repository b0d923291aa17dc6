import { AppError, type ErrorCode, UsageError } from '../errors.ts'
import { ApiError } from '../mesh/api/api-error.ts'

/** An error as plain data. One that is none of the program's own has a stack. */
export interface SerializedError {
  readonly message: string
  readonly hint: readonly string[]
  readonly exitCode: number
  readonly code: ErrorCode | undefined
  readonly usage: boolean
  /** Of the API server's answer. */
  readonly status: number | undefined
  readonly internal?: { readonly name: string; readonly code: string | undefined; readonly stack: string | undefined }
}

/** An error as it is sent to another thread, with all that decisions and texts are made of. */
export function serializedError(error: unknown): SerializedError {
  if (error instanceof AppError) {
    const { message, hintLines: hint, exitCode, code } = error
    const status = error instanceof ApiError ? error.status : undefined
    return { message, hint, exitCode, code, usage: error instanceof UsageError, status }
  }
  const { name, message, stack } = error instanceof Error ? error : new Error(typeof error)
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const internal = { name, code, stack }
  return { message, hint: [], exitCode: 1, code: undefined, usage: false, status: undefined, internal }
}

/** The error that was sent. */
export function restoredError({ message, hint, exitCode, code, usage, status, internal }: SerializedError): Error {
  if (internal !== undefined) {
    const { name, stack } = internal
    return Object.assign(new Error(message), {
      name,
      stack,
      ...(internal.code === undefined ? {} : { code: internal.code }),
    })
  }
  if (usage) return new UsageError(message, { hint, exitCode, code })
  return status === undefined ? new AppError(message, { hint, exitCode, code }) : new ApiError(status, message, hint)
}
