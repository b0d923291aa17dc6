import { type Child, element } from './element.ts'
import { longText } from './long-text.ts'

/** Characters of a fact that are shown at once: it stands alone. */
const maxFact = 600

/** Facts with their names; those without a value are left out. */
export function factList(facts: readonly (readonly [name: string, value: Child])[]): HTMLElement {
  return element(
    'dl',
    { class: 'facts' },
    ...facts.flatMap(([name, value]) =>
      value === undefined || value === ''
        ? []
        : [
            element(
              'div',
              {},
              element('dt', {}, name),
              element('dd', {}, ...(typeof value === 'string' ? longText(value, maxFact) : [value])),
            ),
          ],
    ),
  )
}

/** What a reader should know, a line each; nothing where there is nothing. */
export function noteList(notes: readonly string[], title = 'Notes'): HTMLElement | undefined {
  if (notes.length === 0) return undefined
  return element(
    'aside',
    { class: 'notes', 'aria-label': title },
    element('ul', {}, ...notes.map((note) => element('li', {}, ...longText(note, maxFact)))),
  )
}
