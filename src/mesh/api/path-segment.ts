/** A name as one part of a path of the API. What is half a character counts as unreadable: it cannot be sent as UTF-8. */
export function pathSegment(name: string): string {
  return encodeURIComponent(name.toWellFormed())
}
