/** The path that is matched: no query, no fragment, on demand no parameters (`;`). */
export function matchedPath(path: string, ignoreParameters: boolean): string {
  const end = path.search(ignoreParameters ? /[?#;]/ : /[?#]/)
  return end < 0 ? path : path.slice(0, end)
}
