import type { ClientResponse, ResponseBody } from '../../../semantics/client-response.ts'
import { reasonText } from '../../../semantics/reasons/reason-text.ts'

/** What the client gets where Envoy's own answer is changed: status, body and headers, a line each. */
export function responseLines(
  { originalStatus, changes, body, headers = [] }: ClientResponse,
  status?: number,
): string[] {
  const texts = changes.map((change) => reasonText(change)).join(', then ')
  const answer = status === originalStatus ? `${status}` : `${status} in place of ${originalStatus}`
  return [
    `Answer: ${answer}, ${texts}`,
    ...(body === undefined ? [] : [`Body: ${bodyText(body)}`]),
    ...headers.map((header) => `Header: ${header}`),
  ]
}

const longest = 80

function bodyText({ source, text, location, format, contentType }: ResponseBody): string {
  const facts = [
    text === undefined ? undefined : text === '' ? 'empty' : quoted(text),
    location === undefined ? undefined : `from ${location}`,
    format === undefined ? undefined : `format ${quoted(format)}`,
    contentType,
  ].filter((fact) => fact !== undefined)
  return `${facts.join(', ')} (${source})`
}

/** In one line, the beginning of a long one. */
function quoted(text: string): string {
  return JSON.stringify(text.length > longest ? `${text.slice(0, longest)}…` : text)
}
