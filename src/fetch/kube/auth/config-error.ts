import { AppError } from '../../../errors.ts'

/** A kubeconfig that cannot be used, in the words of kubectl's validation. */
export function configError(message: string, cause?: unknown): AppError {
  return new AppError(`Error in configuration: ${message}`, { cause, code: 'configuration' })
}
