/** What stays of TE: that the client takes trailers. (ConnectionManagerUtility::sanitizeTEHeader) */
export function keptTe(value: string): string | undefined {
  if (value === '') return value
  return value.split(',').some((token) => token.trim().toLowerCase() === 'trailers') ? 'trailers' : undefined
}

/** Whether a Referer stays: a URL or a relative reference without fragment and user. (Http::Utility::isValidRefererValue) */
export function isKeptReferer(value: string): boolean {
  if (/[#\s]/.test(value)) return false
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?]+)/i.exec(value)?.[1]
  if (authority !== undefined) return !authority.includes('@')
  const slash = value.indexOf('/')
  const colon = value.indexOf(':')
  return colon < 0 || (slash >= 0 && slash < colon)
}
