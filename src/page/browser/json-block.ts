import { escapeJson } from '../../output/text/escape.ts'
import { element } from './element.ts'

/** Characters that are shown at first: a browser lays out a megabyte of text in seconds. */
const maxShown = 200_000

/** A value as JSON with its lines, every character of it visible. @param label what it is, for those who do not see it */
export function jsonBlock(value: unknown, label: string): HTMLElement {
  const text = escapeJson(JSON.stringify(value, null, 2) ?? 'null')
  const block = element('pre', { tabindex: 0, role: 'group', 'aria-label': `${label} as JSON` })
  block.textContent = text.slice(0, maxShown)
  const showAll = () => {
    block.textContent = text
    rest.remove()
  }
  const rest = element(
    'button',
    { type: 'button', click: showAll },
    `Show all ${text.length.toLocaleString('en')} characters`,
  )
  const copy = element('button', { type: 'button', click: () => void copyText(text, { block, copy }) }, 'Copy JSON')
  return element('div', {}, element('p', {}, copy), block, text.length > maxShown ? rest : undefined)
}

/** Where the clipboard cannot be used, the text is selected. */
async function copyText(
  text: string,
  { block, copy }: { readonly block: HTMLElement; readonly copy: HTMLElement },
): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    copy.textContent = 'Copied'
  } catch {
    getSelection()?.selectAllChildren(block)
    copy.textContent = 'Selected: copy it with the keyboard'
  }
}
