import { parsedObject } from './json-format.ts'
import { knownFormats } from './known-formats.ts'
import type { LineFormat } from './line-format.ts'
import type { LoggedRequest } from './logged-request.ts'

/** Reads the lines of one log. */
export interface LogReader {
  /** Undefined for a line that is none of an access log. */
  read(line: string): LoggedRequest | undefined
  /** The formats that lines had so far. */
  readonly used: ReadonlySet<LineFormat>
}

/**
 * A reader of lines in the formats that the proxy has loaded and, where a line has none of these, in the formats that are known: the
 * configuration may have changed since. The format of the line before is tried first.
 */
export function logReader(loaded: readonly LineFormat[]): LogReader {
  const formats = [...loaded, ...knownFormats]
  const used = new Set<LineFormat>()
  let last: LineFormat | undefined
  const readBy = (line: string): LoggedRequest | undefined => {
    const again = last?.read(line)
    if (again !== undefined) return again
    for (const format of formats) {
      if (format === last) continue
      const read = format.read(line)
      if (read === undefined) continue
      last = format
      used.add(format)
      return read
    }
    return undefined
  }
  return {
    used,
    read(line) {
      if (line === '') return undefined
      const plain = readBy(line)
      if (plain !== undefined) return plain
      const inner = withoutWrapper(line)
      return inner === undefined ? undefined : readBy(inner)
    },
  }
}

/** What `kubectl logs --prefix`, `--timestamps`, stern and the files of container runtimes put before a line. */
const wrappers: readonly RegExp[] = [
  // CRI: 2024-05-01T10:00:00.000000000Z stdout F LINE
  /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d) std(?:out|err) [FP] /,
  /^\[pod\/[^\]\s]+\] (?:\d{4}-\d\d-\d\dT[\d:.]+Z )?/,
  /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d) /,
  // stern: POD CONTAINER LINE; kubectl and others with one name
  /^[a-z0-9][a-z0-9.-]* (?:[a-z0-9][a-z0-9-]* )?(?=[[{])/,
  // docker compose: NAME  | LINE
  /^[\w.-]+ +\| /,
]

function withoutWrapper(line: string): string | undefined {
  for (const wrapper of wrappers) {
    const found = wrapper.exec(line)
    if (found !== null) return line.slice(found[0].length)
  }
  // Docker's json-file: {"log":"LINE\n","stream":"stdout","time":"…"}
  const log = parsedObject(line)?.log
  return typeof log === 'string' ? log.replace(/\r?\n$/, '') : undefined
}
