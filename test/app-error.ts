import assert from 'node:assert/strict'
import { AppError } from '../src/errors.ts'

/** @throws AssertionError for another error */
function appError(error: unknown): AppError {
  assert.ok(error instanceof AppError, String(error))
  return error
}

/** The AppError that something fails with. @throws AssertionError when it does not fail, or with another error */
export async function failureOf(answer: Promise<unknown>): Promise<AppError> {
  return answer.then(() => assert.fail('it did not fail'), appError)
}
