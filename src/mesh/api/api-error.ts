import { AppError } from '../../errors.ts'

/** The API server said no, with this HTTP status. */
export class ApiError extends AppError {
  readonly status: number

  constructor(status: number, message: string, hint?: string | readonly string[]) {
    super(message, { hint, code: status === 401 ? 'unauthorized' : 'api-status' })
    this.name = 'ApiError'
    this.status = status
  }
}
