/** Where in a page a reader is: the fragment of the address. */
export interface Place {
  /** What stands between slashes, decoded: `['proxy', 'web.default', 'cluster', 'outbound|80||api.default.svc.cluster.local']`. */
  readonly parts: readonly string[]
  /** What follows `?`. */
  readonly query: URLSearchParams
}

/** Reads a fragment, with or without `#`. What is no valid encoding stands for itself. */
export function placeOf(fragment: string): Place {
  const [path = '', ...query] = fragment.replace(/^#/, '').split('?')
  return {
    parts: path
      .split('/')
      .filter((part) => part !== '')
      .map(decoded),
    query: new URLSearchParams(query.join('?')),
  }
}

/** The fragment of a place, with `#`. */
export function fragmentOf(parts: readonly string[], query?: URLSearchParams): string {
  const text = query?.toString() ?? ''
  return `#${parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/')}${text === '' ? '' : `?${text}`}`
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
