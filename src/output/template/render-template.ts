import { UsageError } from '../../errors.ts'
import type { View } from '../../view.ts'
import type { TableOptions } from '../table/table-options.ts'
import { columnSpecs, columnSpecsOfFile } from './column-specs.ts'
import { customColumns } from './custom-columns.ts'
import { jsonpathLists, jsonpathText } from './jsonpath-text.ts'
import { templateProgram } from './template-program.ts'

/** A view in one of the formats that take a template, by its name. */
export function renderTemplate(
  format: string,
  view: View,
  { template = '', ...options }: TableOptions & { readonly template?: string },
): Iterable<string> | Promise<Iterable<string>> {
  switch (format) {
    case 'custom-columns':
      return customColumns(view, columnSpecs(template), options)
    case 'custom-columns-file':
      return customColumns(view, columnSpecsOfFile(template), options)
    case 'jsonpath-as-json':
      return jsonpathLists(view, template)
    default:
      return jsonpathText(view, template)
  }
}

/** @throws UsageError for a template that cannot be read */
export function checkTemplate(format: string, template: string): void {
  if (format === 'custom-columns') columnSpecs(template)
  else if (format === 'custom-columns-file') columnSpecsOfFile(template)
  else templateProgram(template)
}

/** That a format lacks its template, in kubectl's words. */
export function missingTemplate(format: string): UsageError {
  const ofColumns = format.startsWith('custom-columns')
  const example = format.endsWith('-file') ? 'FILE' : ofColumns ? 'NAME:.name,TYPE:.type' : "'{.items[*].name}'"
  return new UsageError(
    ofColumns
      ? 'custom-columns format specified but no custom columns given'
      : 'template format specified but no template given',
    { hint: `For example: -o ${format}=${example}` },
  )
}
