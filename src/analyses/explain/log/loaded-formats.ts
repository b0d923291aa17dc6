import type { ConfigDump } from '../../../envoy/dump/config-dump.ts'
import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { typedConfig } from '../../../envoy/model/typed-config.ts'
import { formatTokens } from './format-tokens.ts'
import { jsonFormat } from './json-format.ts'
import { envoyDefault } from './known-formats.ts'
import type { LineFormat } from './line-format.ts'
import { textFormat } from './text-format.ts'

/** The access logs that a proxy has configured. */
export interface LoadedFormats {
  /** One for each format, of loggers that write lines. */
  readonly formats: readonly LineFormat[]
  /** Message names of loggers that write no lines: `HttpGrpcAccessLogConfig`. */
  readonly withoutLines: readonly string[]
  /** Formats that lines cannot be read by: taken from a file, or without text between the values. */
  readonly unreadable: number
}

/** Loggers that write lines of text. (envoy.extensions.access_loggers) */
const lineLoggers: ReadonlySet<string> = new Set([
  'FileAccessLog',
  'StdoutAccessLog',
  'StderrAccessLog',
  // The names that API v2 has in place of types.
  'envoy.file_access_log',
  'envoy.access_loggers.file',
  'envoy.access_loggers.stdout',
  'envoy.access_loggers.stderr',
])

/**
 * Every access log format of the listeners of a dump: those of listeners, of HTTP connection managers, of TCP proxies and of upstream
 * requests; each once, in the order of the dump.
 */
export function loadedFormats(dump: ConfigDump): LoadedFormats {
  const byText = new Map<string, LineFormat | undefined>()
  const others = new Set<string>()
  for (const { name, resource } of dump.each('listeners')) {
    for (const logger of loggersIn(resource)) {
      const { message, config } = typedConfig(logger)
      if (!lineLoggers.has(message)) {
        if (message !== '') others.add(message)
        continue
      }
      if (holdsNothing(config)) continue
      const text = JSON.stringify([config.log_format, config.format, config.json_format, config.typed_json_format])
      if (!byText.has(text)) byText.set(text, formatOf(config, `the access log of listener ${name}`))
    }
  }
  const all = [...byText.values()]
  return {
    formats: all.filter((format) => format !== undefined),
    withoutLines: [...others].toSorted(),
    unreadable: all.filter((format) => format === undefined).length,
  }
}

/** Fields that hold loggers: of listeners and their filters, and of the router. */
const loggerFields: ReadonlySet<string> = new Set(['access_log', 'upstream_log'])

function loggersIn(value: Json | undefined): readonly JsonObject[] {
  const found: JsonObject[] = []
  const visit = (each: Json | undefined): void => {
    if (Array.isArray(each)) {
      for (const item of each) visit(item)
      return
    }
    if (!isObject(each)) return
    for (const [key, member] of Object.entries(each)) {
      if (loggerFields.has(key)) for (const logger of objectsOf(member)) found.push(logger)
      // Routes have no loggers, and may be all that a listener is.
      else if (key !== 'route_config') visit(member)
    }
  }
  visit(value)
  return found
}

/** (envoy.config.core.v3.SubstitutionFormatString; the fields of FileAccessLog before it) */
function formatOf(config: JsonObject, name: string): LineFormat | undefined {
  const format = objectOf(config.log_format)
  const json = format.json_format ?? config.typed_json_format ?? config.json_format
  if (isObject(json)) return jsonFormat(name, json)
  const source = objectOf(format.text_format_source)
  const text = inlineText(source) ?? stringOf(format.text_format) ?? stringOf(config.format)
  if (text !== undefined && text !== '') return textFormat(name, text)
  return Object.keys(source).length > 0 ? undefined : textFormat(name, envoyDefault)
}

/** A text that is the same for every request. */
function holdsNothing(config: JsonObject): boolean {
  const format = objectOf(config.log_format)
  const text = stringOf(objectOf(format.text_format_source).inline_string) ?? stringOf(format.text_format)
  return text !== undefined && text !== '' && formatTokens(text).every((token) => 'literal' in token)
}

/** (envoy.config.core.v3.DataSource) */
function inlineText({ inline_string, inline_bytes }: JsonObject): string | undefined {
  const bytes = stringOf(inline_bytes)
  return (
    stringOf(inline_string) ??
    (bytes === undefined
      ? undefined
      : new TextDecoder().decode(Uint8Array.from(atob(bytes), (byte) => byte.charCodeAt(0))))
  )
}
