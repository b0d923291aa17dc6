import { UsageError } from '../errors.ts'

/** @throws UsageError in kubectl's words for what is no port number */
export function requirePort(port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new UsageError(`port number ${port} must be in the range 1..65535`)
}
