import type { Document, View } from '../../view.ts'
import { documentItems, documentValue, withReadLists } from '../document/document-items.ts'
import { jsonText } from '../json/json-text.ts'
import { escapeJson } from '../text/escape.ts'
import { type TemplateData, templateProgram } from './template-program.ts'
import { valueText } from './value-text.ts'

/** What a template finds in the document of a view: texts as they are, of several values a blank between. */
export function* jsonpathText(view: View, template: string): Generator<string> {
  for (const result of templateProgram(template).results(dataOf(view.document()))) {
    if (typeof result === 'string') yield result
    else yield result.map(valueText).join(' ')
  }
}

/** The same with each place of the template as a list of JSON. */
export function* jsonpathLists(view: View, template: string): Generator<string> {
  for (const result of templateProgram(template).results(dataOf(view.document()))) {
    for (const piece of jsonText(typeof result === 'string' ? [result] : result)) yield escapeJson(piece)
    yield '\n'
  }
}

function dataOf(document: Document): TemplateData {
  const whole = withReadLists(document)
  return { value: documentValue(whole), items: documentItems(whole).map(({ value }) => value) }
}
