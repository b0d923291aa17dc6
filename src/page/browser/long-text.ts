import { type Child, element } from './element.ts'

/** Characters of a text that are shown at once. */
const maxShown = 160

/** Characters of a longer one: to open it must be worth it. */
const maxSummary = 130

/** A text, or its beginning with all of it behind a click. @param max characters that are shown at once */
export function longText(text: string, max = maxShown): Child[] {
  if (text.length <= max) return breakable(text)
  return [element('details', { class: 'long' }, element('summary', {}, `${text.slice(0, maxSummary)}…`), text)]
}

/** A text on one line of a heading or a link. */
export function cutText(text: string): string {
  return text.length <= maxShown ? text : `${text.slice(0, 100)}…`
}

/** A text with the places where a line may end: behind what stands between the words of a name. */
export function breakable(text: string): Child[] {
  return text
    .split(/(?<=[^\s][.|/:,@_])(?=[A-Za-z])/)
    .flatMap((part, at) => (at === 0 ? [part] : [element('wbr'), part]))
}
