import type { View } from '../../view.ts'
import { escapeControls } from '../text/escape.ts'
import type { TableOptions } from './table-options.ts'

/**
 * The text of a view, or of each of its sections with a blank line between them and, when asked for, its heading before it; a section
 * without rows is only its heading.
 * @param text that of one table
 */
export function* sectionTexts(
  view: View,
  { headings }: TableOptions,
  text: (view: View) => Iterable<string>,
): Generator<string> {
  if (view.sections === undefined) {
    yield* text(view)
    return
  }
  let gap = ''
  for (const { heading, view: part } of view.sections) {
    const title = headings ? `------ ${escapeControls(heading)} ------\n` : ''
    let before = gap + title + (headings ? '\n' : '')
    for (const piece of part.printed ?? text(part)) {
      yield before + piece
      before = ''
      gap = '\n'
    }
    if (!headings || before === '') continue
    yield gap + title
    gap = '\n'
  }
}
