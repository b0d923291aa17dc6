import { UsageError } from '../../errors.ts'

/** A template that cannot be read, in kubectl's words. */
export function syntaxError(template: string, why: string): UsageError {
  return new UsageError(`error parsing jsonpath ${template}, ${why}`, {
    hint: 'The syntax is that of kubectl: https://kubernetes.io/docs/reference/kubectl/jsonpath/',
  })
}
