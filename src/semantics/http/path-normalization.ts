import type { JsonObject } from '../../envoy/json.ts'
import type { HttpEnds } from '../reasons/http-ends.ts'
import { because, type Reason } from '../reasons/reason.ts'

export type NormalizedPath =
  | { readonly action: 'continue'; readonly path: string }
  | { readonly action: 'reject'; readonly reason: Reason<keyof HttpEnds> }
  | { readonly action: 'redirect'; readonly path: string }

/**
 * What the connection manager makes of :path before routing, in Envoy's order: fragment, escaped slashes, RFC 3986 normalization,
 * adjacent slashes. The query is left alone. (ConnectionManagerUtility::maybeNormalizePath, PathUtil)
 */
export function normalizePath(path: string, connectionManager: JsonObject): NormalizedPath {
  if (path.includes('#')) return { action: 'reject', reason: because('path-with-fragment', {}) }
  const question = path.indexOf('?')
  const query = question < 0 ? '' : path.slice(question)
  let bare = question < 0 ? path : path.slice(0, question)

  const escaped = connectionManager.path_with_escaped_slashes_action
  const unescaped = bare.replace(/%2f/gi, '/').replace(/%5c/gi, '\\')
  const redirect = escaped === 'UNESCAPE_AND_REDIRECT' && unescaped !== bare
  if (escaped === 'REJECT_REQUEST' && unescaped !== bare) {
    return { action: 'reject', reason: because('path-with-escaped-slash', {}) }
  }
  if (escaped === 'UNESCAPE_AND_FORWARD' || redirect) bare = unescaped

  if (connectionManager.normalize_path === true) {
    const canonical = canonicalPath(bare)
    if (canonical === undefined) return { action: 'reject', reason: because('path-not-canonical', {}) }
    bare = canonical
  }
  // Of a path that is nothing but slashes two stay.
  if (connectionManager.merge_slashes === true) bare = /^\/{2,}$/.test(bare) ? '//' : bare.replace(/\/{2,}/g, '/')
  return { action: redirect ? 'redirect' : 'continue', path: bare + query }
}

/**
 * Chromium's URL path canonicalization, which Envoy uses: dot segments resolved (also when written %2e), backslashes turned,
 * unreserved characters decoded, unsafe ones encoded. Undefined for %00.
 */
function canonicalPath(path: string): string | undefined {
  const segments: string[] = []
  const parts = path.replaceAll('\\', '/').split('/').slice(1)
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1
    const dots = part.replace(/%2e/gi, '.')
    if (dots === '.') {
      if (last) segments.push('')
    } else if (dots === '..') {
      segments.pop()
      if (last) segments.push('')
    } else {
      const canonical = canonicalSegment(part)
      if (canonical === undefined) return undefined
      segments.push(canonical)
    }
  }
  return `/${segments.join('/')}`
}

function canonicalSegment(segment: string): string | undefined {
  if (/%00/.test(segment)) return undefined
  return segment
    .replace(/%([0-9a-fA-F]{2})/g, (written, code: string) => {
      const character = String.fromCharCode(Number.parseInt(code, 16))
      return /[A-Za-z0-9\-_.~]/.test(character) ? character : written
    })
    .replace(/[\u0000-\u0020"<>^`{|}\u007f]/g, (character) => `%${hex(character.charCodeAt(0))}`)
}

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(2, '0')
}
