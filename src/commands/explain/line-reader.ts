import { loadedFormats } from '../../analyses/explain/log/loaded-formats.ts'
import { type LogReader, logReader } from '../../analyses/explain/log/log-reader.ts'
import { fragment, shortLine } from '../../analyses/explain/log/short-line.ts'
import type { Context } from '../../contract/command.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'

/** Lines are read in the formats of the proxy; it says so where it writes none. */
export function readerOf(dump: ConfigDump | undefined, { note }: Context): LogReader {
  if (dump === undefined) return logReader([])
  const { formats, withoutLines, unreadable } = loadedFormats(dump)
  if (formats.length === 0 && withoutLines.length > 0)
    note(`The proxy sends its access log elsewhere (${withoutLines.join(', ')}) and writes no lines of its own.`)
  if (unreadable > 0)
    note(
      `${unreadable} of the formats that the proxy has loaded cannot be read here; lines are read as the known formats.`,
    )
  return logReader(formats)
}

/** A LINE may be the few words in which a failure is passed on, or a piece of a line. */
export function withShortLines(reader: LogReader): LogReader {
  return { used: reader.used, read: (line) => reader.read(line) ?? shortLine(line) ?? fragment(line) }
}
