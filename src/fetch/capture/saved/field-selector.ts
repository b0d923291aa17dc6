import { isObject, type JsonObject } from '../../../envoy/json.ts'
import { AppError } from '../../../errors.ts'

/**
 * What a field selector chooses: `status.phase!=Failed,status.podIP=10.0.0.7`. A field that is not there is an empty text, as to the API
 * server. https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/
 * @throws AppError when it cannot be read
 */
export function fieldSelector(text: string): (object: JsonObject) => boolean {
  const terms = text
    .split(',')
    .filter((term) => term !== '')
    .map((term) => {
      const [, path, operator, value = ''] = /^([\w.]+)(!=|={1,2})(.*)$/s.exec(term) ?? []
      if (path === undefined) throw new AppError(`invalid field selector: ${JSON.stringify(term)}`)
      return { path: path.split('.'), equal: operator !== '!=', value }
    })
  return (object) => terms.every(({ path, equal, value }) => (fieldOf(object, path) === value) === equal)
}

function fieldOf(object: JsonObject, path: readonly string[]): string {
  let value: unknown = object
  for (const name of path) value = isObject(value) ? value[name] : undefined
  return typeof value === 'string' ? value : ''
}
