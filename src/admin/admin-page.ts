import { whatItIs } from '../envoy/input/identify-document.ts'
import { isObject, type Json } from '../envoy/json.ts'
import { AppError } from '../errors.ts'

interface Page {
  readonly path: string
  /** The list that it is, in the cases its name comes in. Where it is empty, Envoy may leave it out. */
  readonly list: readonly string[]
}

/** @throws AppError when a document is not that page */
export function requirePage(document: Json, { path, list }: Page, label: string): void {
  const fits = isObject(document) && (Object.keys(document).length === 0 || list.some((name) => name in document))
  if (!fits) throw new AppError(`${label} is not the output of ${path}: this is ${whatItIs(document)}`)
}
