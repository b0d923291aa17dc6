import { type JsonObject, stringOf } from '../../../envoy/json.ts'
import { isPlaceholder } from '../../../envoy/redaction/placeholders.ts'

/** The text of a `DataSource`; undefined where it stands in a file or was hidden in the dump. */
export function knownText({ inline_string: inline }: JsonObject): string | undefined {
  return known(stringOf(inline))
}

/** A text that the dump does not hide. */
export function known(text: string | undefined): string | undefined {
  return text === undefined || isPlaceholder(text) ? undefined : text
}
