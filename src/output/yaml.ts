import type { ScalarStyleRule } from 'js-yaml'
import type { Document } from '../view.ts'
import { escapeYaml, needsEscape } from './text/escape.ts'

/** Levels that are indented; what is deeper stands on one line, or a little of it would be a lot of blanks. Real dumps have 40. */
const maxIndent = 64

/** The same document as `-o json`. The YAML library is loaded only here. */
export async function yamlText(document: Document): Promise<Iterable<string>> {
  const { DEFAULT_SCALAR_STYLE_RULES, dump, SCALAR_STYLE } = await import('js-yaml')
  const scalarStyleRules: ScalarStyleRule[] = [
    (layout) => {
      // Readers of YAML 1.1 take a plain << for a merge key.
      const isMergeKey = layout.node.value === '<<'
      if (isMergeKey || needsEscape(layout.node.value) || forgesLines(layout)) layout.style = SCALAR_STYLE.DOUBLE_QUOTED
    },
    ...Object.values(DEFAULT_SCALAR_STYLE_RULES),
  ]
  const options = { lineWidth: -1, noRefs: true, seqNoIndent: true, flowLevel: maxIndent, scalarStyleRules }
  const print = (value: unknown) => escapeYaml(dump(value, options))
  return pieces(document, print)
}

/** Whether lines of a value would stand as lines of the output: only of a DataSource, which holds scripts and certificates, they may. */
function forgesLines({ node, parent }: Parameters<ScalarStyleRule>[0]): boolean {
  if (!node.value.includes('\n')) return false
  const key = parent?.kind === 'mapping' ? parent.items.find(({ value }) => value === node)?.key : undefined
  return key?.kind !== 'scalar' || !/^inline_?string$/i.test(key.value)
}

/** Whole lines, item by item, as the whole would be printed. */
function* pieces(document: Document, print: (value: unknown) => string): Generator<string> {
  if ('value' in document) yield print(document.value)
  else if ('list' in document)
    yield* orElse(
      '[]\n',
      mapped(document.list, (item) => print([item])),
    )
  else if ('documents' in document) yield* orElse('[]\n', itemsOf(document.documents, print))
  else yield* orElse('{}\n', fieldsOf(document.fields, print))
}

function* itemsOf(documents: readonly Document[], print: (value: unknown) => string): Generator<string> {
  for (const document of documents) {
    let mark = '- '
    for (const lines of pieces(document, print)) {
      yield mark + indented(lines).slice(2)
      mark = '  '
    }
  }
}

function* fieldsOf(
  fields: readonly (readonly [name: string, document: Document])[],
  print: (value: unknown) => string,
): Generator<string> {
  for (const [name, document] of fields) {
    if ('value' in document) {
      yield print({ [name]: document.value })
      continue
    }
    // A name that is too long to stand before a colon has a line of its own.
    const [, short] = /^([^\n]*:) 0\n$/.exec(print({ [name]: 0 })) ?? []
    const key = short ?? `? ${print(name)}:`
    let isFirst = true
    for (const lines of pieces(document, print)) {
      if (isFirst && /^(?:\[\]|\{\})\n$/.test(lines)) yield `${key} ${lines}`
      else {
        if (isFirst) yield `${key}\n`
        // The items of a list stand below their name.
        yield 'fields' in document || short === undefined ? indented(lines) : lines
      }
      isFirst = false
    }
  }
}

function indented(lines: string): string {
  return lines.replace(/^(?=.)/gm, '  ')
}

function* mapped<T>(items: Iterable<T>, make: (item: T) => string): Generator<string> {
  for (const item of items) yield make(item)
}

function* orElse(nothing: string, lines: Iterable<string>): Generator<string> {
  let isEmpty = true
  for (const piece of lines) {
    isEmpty = false
    yield piece
  }
  if (isEmpty) yield nothing
}
