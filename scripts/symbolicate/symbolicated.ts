import { SourceMap, type SourceMapPayload } from 'node:module'
import { bundleFile } from '../bundle/build.ts'

const place = new RegExp(`(?:[^\\s(]*/)?${bundleFile.replaceAll('.', '\\.')}:(\\d+):(\\d+)`, 'g')

/** A stack trace whose places in the bundle are those in the sources, from the project's folder; what is in no source stays. */
export function symbolicated(trace: string, map: SourceMapPayload): string {
  const sourceMap = new SourceMap(map)
  return trace.replaceAll(place, (found, line: string, column: string) => {
    const entry = sourceMap.findEntry(Number(line) - 1, Number(column) - 1)
    if (!('originalSource' in entry)) return found
    return `${entry.originalSource.replace(/^(?:\.\.\/)+/, '')}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
  })
}
