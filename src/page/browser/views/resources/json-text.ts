import { escapeJson } from '../../../../output/text/escape.ts'
import { element, replaceChildren } from '../../element.ts'

/** Characters that are shown at first: a browser lays out a megabyte of text in seconds. */
const shownAtOnce = 200_000

/** A value as JSON, every character of it visible. @param label what it is, for those who do not see it */
export function jsonText(value: unknown, label: string): HTMLElement {
  const text = escapeJson(JSON.stringify(value, null, 2) ?? 'null')
  const box = element('pre', { class: 'json', role: 'region', tabindex: 0, 'aria-label': label })
  // Line breaks are part of it: it is one text node, never markup.
  box.append(document.createTextNode(text.slice(0, shownAtOnce)))
  if (text.length <= shownAtOnce) return box
  const whole = element(
    'button',
    {
      type: 'button',
      click: () => {
        box.replaceChildren(document.createTextNode(text))
        replaceChildren(rest)
      },
    },
    `Show all ${text.length.toLocaleString('en')} characters`,
  )
  const rest = element('p', {}, whole)
  return element('div', {}, box, rest)
}
