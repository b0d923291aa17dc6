import { element } from './element.ts'

/** Characters of a text that are shown at once. */
const maxShown = 160

/** A text, or its beginning with all of it behind a click. */
export function longText(text: string): Node | string {
  if (text.length <= maxShown) return text
  return element('details', { class: 'long' }, element('summary', {}, `${text.slice(0, 100)}…`), text)
}

/** A text on one line of a heading or a link. */
export function cutText(text: string): string {
  return text.length <= maxShown ? text : `${text.slice(0, 100)}…`
}
