import type { AppError } from '../../../errors.ts'
import type { MeshProxy } from '../../../mesh/proxy.ts'

/** The error of one of several proxies, named. The errors of files and URLs name them already. */
export function labelledError({ id, label }: MeshProxy, { message }: AppError): string {
  return id.pod === undefined ? message : `${label}: ${message}`
}
