import { AppError } from '../../errors.ts'

/** The next step after an answer that no API server gives. */
export const notApiServer =
  'Is this the address of a Kubernetes API server? kubectl config view --minify shows the address that is asked.'

/** The API server said no, with this HTTP status. */
export class ApiError extends AppError {
  readonly status: number
  /** Seconds that it asks to wait before the next request. */
  readonly retryAfter: number | undefined

  constructor(status: number, message: string, hint?: string | readonly string[], retryAfter?: number) {
    super(message, { hint, code: status === 401 ? 'unauthorized' : 'api-status' })
    this.name = 'ApiError'
    this.status = status
    this.retryAfter = retryAfter
  }
}
