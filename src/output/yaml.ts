import type { ScalarStyleRule } from 'js-yaml'
import type { Document } from '../view.ts'
import { escapeYaml, needsEscape } from './text/escape.ts'

/** Levels that are indented; what is deeper stands on one line, or a little of it would be a lot of blanks. Real dumps have 40. */
const mostIndented = 64

/** The same document as `-o json`. The YAML library is loaded only here. */
export async function yamlText(document: Document): Promise<Iterable<string>> {
  const { DEFAULT_SCALAR_STYLE_RULES, dump, SCALAR_STYLE } = await import('js-yaml')
  const scalarStyleRules: ScalarStyleRule[] = [
    (layout) => {
      if (needsEscape(layout.node.value) || forgesLines(layout)) layout.style = SCALAR_STYLE.DOUBLE_QUOTED
    },
    ...Object.values(DEFAULT_SCALAR_STYLE_RULES),
  ]
  const options = { lineWidth: -1, noRefs: true, seqNoIndent: true, flowLevel: mostIndented, scalarStyleRules }
  const print = (value: unknown) => escapeYaml(dump(value, options))
  return pieces(document, print)
}

/** Whether lines of a value would stand as lines of the output: only of a DataSource, which holds scripts and certificates, they may. */
function forgesLines({ node, parent }: Parameters<ScalarStyleRule>[0]): boolean {
  if (!node.value.includes('\n')) return false
  const key = parent?.kind === 'mapping' ? parent.items.find(({ value }) => value === node)?.key : undefined
  return key?.kind !== 'scalar' || !/^inline_?string$/i.test(key.value)
}

function* pieces(document: Document, print: (value: unknown) => string): Generator<string> {
  if ('value' in document) {
    yield print(document.value)
    return
  }
  let empty = true
  for (const item of document.list) {
    yield print([item])
    empty = false
  }
  if (empty) yield '[]\n'
}
