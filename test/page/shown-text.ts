import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { unsafeCharacter } from '../unsafe-text.ts'

/** Every text that a reader sees or hears: of elements, titles, labels, fields, drawings; and the title of the window. */
const everyText = `[
  document.title,
  document.body.innerText,
  ...[...document.querySelectorAll('*')].flatMap((each) =>
    ['title', 'aria-label', 'alt', 'placeholder', 'aria-description'].map((name) => each.getAttribute(name)).filter(Boolean)),
  ...[...document.querySelectorAll('svg text, svg title')].map(({ textContent }) => textContent),
]`

/** The first character that a reader cannot see or that reorders a line, with what stands around it; undefined where there is none. */
export async function hiddenCharacter(page: Page): Promise<string | undefined> {
  for (const text of await page.evaluate<string[]>(everyText)) {
    const found = unsafeCharacter(text)
    if (found !== undefined) return `${found} in ${JSON.stringify(text.slice(0, 200))}`
  }
  return undefined
}

/** By how many pixels the document is wider than the window, and the elements that make it so. */
export async function sidewaysScroll(page: Page): Promise<string[]> {
  return await page.evaluate<string[]>(`(() => {
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= width) return []
    const wide = [...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > width + 1)
    return [document.documentElement.scrollWidth + ' of ' + width + ' pixels', ...wide.slice(0, 5).map(({ outerHTML }) => outerHTML.slice(0, 100))]
  })()`)
}

/** Errors that the place shows. */
export async function shownErrors(page: Page): Promise<string[]> {
  return await page.locator('main [role="alert"]').allInnerTexts()
}

/** The text that a reader sees of the one element of this selector. */
export async function textOf(page: Page, selector: string): Promise<string> {
  const texts = await page.locator(selector).allInnerTexts()
  assert.equal(texts.length, 1, selector)
  return texts.join()
}
