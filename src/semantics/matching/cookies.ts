import type { Headers } from './http-headers.ts'

/** The first cookie of a name over all Cookie headers, without the quotes around its value. (Http::Utility::parseCookies) */
export function cookieOf(headers: Headers, name: string): string | undefined {
  for (const pair of headers.all('cookie').flatMap((line) => line.split(';'))) {
    const equals = pair.indexOf('=')
    if (equals < 0 || pair.slice(0, equals).replace(/^ +/, '') !== name) continue
    const value = pair.slice(equals + 1)
    return /^".*"$/s.test(value) && value.length > 1 ? value.slice(1, -1) : value
  }
  return undefined
}
