import { STATUS_CODES } from 'node:http'
import { AppError } from '../errors.ts'
import type { Progress } from './progress.ts'

/** Returns the answer, and reports how the request ended: its status, or why there is none. */
export async function logged<T extends { readonly status: number }>(
  progress: Progress | undefined,
  request: { readonly method: string; readonly url: string },
  answer: Promise<T>,
): Promise<T> {
  if (progress === undefined) return answer
  // Not `performance`, for which Node loads ten modules.
  const begin = Date.now()
  const tell = (status: string) =>
    progress.requested({ ...request, status, milliseconds: Math.max(0, Date.now() - begin) })
  try {
    const got = await answer
    tell(`${got.status} ${STATUS_CODES[got.status] ?? ''}`.trim())
    return got
  } catch (error) {
    tell(`(${statusOf(error)})`)
    throw error
  }
}

function statusOf(error: unknown): string {
  if (error instanceof AppError) return error.code ?? 'failed'
  return error instanceof Error && 'code' in error ? String(error.code) : 'failed'
}
