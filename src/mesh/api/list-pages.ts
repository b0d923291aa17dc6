import { type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import { ApiError, notApiServer } from './api-error.ts'

/** Objects that are asked for on one page of a list. */
const pageSize = 500

/** More pods than a cluster can have: https://kubernetes.io/docs/setup/best-practices/cluster-large/ */
const maxItems = 500_000

/** Pages without objects that a list can have: a server may filter after it has cut the page. */
const maxEmptyPages = 100

interface Paging<T> {
  /** Gives the page that this query asks for: `?limit=500`, or nothing for all at once. */
  page(query: string): Promise<JsonObject>
  /** Parameters of every page. */
  readonly parameters?: Readonly<Record<string, string>>
  /** What is kept of an object. */
  read(item: JsonObject): T
  /** What is listed, for errors: `pods`. */
  readonly what: string
}

/**
 * All objects of a list of the API, page by page. A page may be empty, the last one as well: only the absence of a continue token ends a
 * list (https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks). Where the token has
 * expired (410) the list is read anew as a whole, as client-go's pager does.
 * @throws as `page`; AppError `too-large` for a list without end, `unexpected-answer` for an object that is no list
 */
export async function listPages<T>({ page, parameters = {}, read, what }: Paging<T>): Promise<T[]> {
  const items: T[] = []
  let emptyPages = 0
  let next = ''
  do {
    const place = { limit: String(pageSize), ...parameters, ...(next === '' ? {} : { continue: next }) }
    let answer: JsonObject
    try {
      answer = await page(queryOf(place))
    } catch (error) {
      if (next === '' || !(error instanceof ApiError) || error.status !== 410) throw error
      return itemsOf(await page(queryOf(parameters)), what).map(read)
    }
    const found = itemsOf(answer, what)
    for (const item of found) items.push(read(item))
    if (found.length === 0) emptyPages += 1
    if (items.length > maxItems || emptyPages > maxEmptyPages)
      throw new AppError(`the API server lists ${what} without end`, { code: 'too-large' })
    next = stringOf(objectOf(answer.metadata).continue) ?? ''
  } while (next !== '')
  return items
}

/**
 * The objects of one page. A server of another kind answers with JSON of its own, which must not count as a list that is empty; Go writes
 * an empty one as `null`.
 * @param what what is listed, for the error
 */
export function itemsOf(list: JsonObject, what: string): readonly JsonObject[] {
  const { items, kind } = list
  if (Array.isArray(items) || (items === null && stringOf(kind)?.endsWith('List') === true)) return objectsOf(items)
  throw new AppError(`the API server answered with an object that is no list when it was asked for ${what}`, {
    code: 'unexpected-answer',
    hint: notApiServer,
  })
}

function queryOf(parameters: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(parameters).toString()
  return query === '' ? '' : `?${query}`
}
