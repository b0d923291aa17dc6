import type { AppError } from '../../../errors.ts'
import type { MeshProxy } from '../../../mesh/proxy.ts'

/** The error of one of several proxies. That of a file or URL names it, for whoever reads it is given what to call it. */
export function labelledError({ id, label }: MeshProxy, { message }: AppError): string {
  return id.pod === undefined ? message : `${label}: ${message}`
}
