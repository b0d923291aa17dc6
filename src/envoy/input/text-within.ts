import { AppError } from '../../errors.ts'
import { textOf } from './json-span.ts'

/**
 * The text of a part of an input.
 * @param label names the input in errors
 * @throws AppError where it is longer than V8's longest string
 */
export function textWithin(bytes: Uint8Array, start: number, end: number, label: string): string {
  try {
    return textOf(bytes, { start, end })
  } catch (cause) {
    throw new AppError(
      `${label} is too large to be read at once (${Math.round((end - start) / 1e6)} MB; the limit is 512 MB)`,
      {
        hint: 'Envoy\'s own {"configs": [...]} form is read section by section and has no such limit. Ask Envoy for less with config_dump?mask=…',
        cause,
      },
    )
  }
}
