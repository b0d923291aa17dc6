/** Only what is there: a key without a value is not written. */
export function withoutAbsent<T extends object>(document: T): T {
  // A field that may be undefined may as well be absent.
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined)) as T
}
