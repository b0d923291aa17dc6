import { UsageError } from '../../errors.ts'

import { pathProgram } from './template-program.ts'

/** A column of -o custom-columns. */
export interface ColumnSpec {
  readonly header: string
  /** A path in any of kubectl's spellings. */
  readonly path: string
}

/**
 * `NAME:.metadata.name,IMAGE:.spec.containers[0].image`. Unlike kubectl's, a path may have commas within brackets.
 * @throws UsageError for a column without a path
 */
export function columnSpecs(spec: string): readonly ColumnSpec[] {
  return spec.split(/,(?![^[]*\])/).map((column) => {
    const [, header, path] = /^([^:]*):(.+)$/s.exec(column) ?? []
    if (header === undefined || path === undefined)
      throw new UsageError(`unexpected custom-columns spec: ${column}, expected <header>:<json-path-expr>`)
    pathProgram(path)
    return { header, path }
  })
}

/**
 * The file of -o custom-columns-file: a line of headers and a line of paths, blanks between them.
 * @throws UsageError when it is not of that form
 */
export function columnSpecsOfFile(text: string): readonly ColumnSpec[] {
  const [headers = [], paths = []] = text.split(/\r?\n/).map((line) => line.split(/\s+/).filter((word) => word !== ''))
  if (headers.length === 0 || paths.length === 0)
    throw new UsageError(
      `invalid template, missing ${headers.length === 0 ? 'header' : 'spec'} line. Expected format is one line of space separated headers, one line of space separated column specs.`,
    )
  if (headers.length !== paths.length)
    throw new UsageError(`number of headers (${headers.length}) and field specifications (${paths.length}) don't match`)
  paths.forEach(pathProgram)
  return headers.map((header, at) => ({ header, path: paths[at] ?? '' }))
}
