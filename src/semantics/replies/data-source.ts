import { type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import type { ResponseBody } from '../client-response.ts'
import { formatText } from '../matching/format-string.ts'

/** The body that a DataSource gives. @param source the field that it is */
export function bodyFrom(data: JsonObject, source: string): ResponseBody {
  const text = stringOf(data.inline_string) ?? textOf(stringOf(data.inline_bytes))
  const location = stringOf(data.filename) ?? stringOf(data.environment_variable)
  return {
    source,
    ...(text === undefined ? {} : { text }),
    ...(location === undefined ? {} : { location }),
  }
}

/** The body after a `SubstitutionFormatString`. @param source the field that the format is */
export function formatted(body: ResponseBody | undefined, format: JsonObject, source: string): ResponseBody {
  const json = format.json_format
  const text = json === undefined ? formatText(format) : JSON.stringify(json)
  const file = stringOf(objectOf(format.text_format_source).filename)
  const contentType = stringOf(format.content_type) || (json === undefined ? 'text/plain' : 'application/json')
  return {
    ...(body ?? { source }),
    ...(text === undefined ? {} : { format: text }),
    ...(file === undefined || body?.location !== undefined ? {} : { location: file }),
    contentType,
  }
}

function textOf(base64: string | undefined): string | undefined {
  if (base64 === undefined) return undefined
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  return new TextDecoder().decode(bytes)
}
