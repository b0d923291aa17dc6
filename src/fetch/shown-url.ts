/**
 * An address as errors, notes and progress name it: without user name and password, and without query and fragment, which may
 * hold a token. It need not be a valid URL.
 */
export function shownUrl(text: string): string {
  if (/^unix:/i.test(text)) return text
  // A password may hold any character, also those that end the authority: all before the last @ goes.
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1').replace(/[?#].*$/s, '')
}
