import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { hasBrowser, withPage } from './browser.ts'
import { bookinfoPage } from './made-page.ts'
import { go, shapeOf, shown, visitPlaces } from './places.ts'

interface Focused {
  readonly tag: string
  readonly name: string
  /** Whether a reader sees where the focus is. */
  readonly outlined: boolean
  readonly inWindow: boolean
}

/** What has the focus; `body` where nothing has. */
async function focused(page: Page): Promise<Focused> {
  return await page.evaluate<Focused>(`(() => {
    const each = document.activeElement
    const style = getComputedStyle(each)
    const { top, bottom, left, right, width, height } = each.getBoundingClientRect()
    return {
      tag: each.localName,
      name: (each.getAttribute('aria-label') ?? each.textContent ?? '').trim().slice(0, 60),
      // A node of a drawing has a thicker border.
      outlined: each.parentElement?.closest('svg') == null
        ? style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
        : parseFloat(getComputedStyle(each.querySelector('rect')).strokeWidth) >= 4,
      inWindow: bottom > 0 && right > 0 && top < innerHeight && left < innerWidth && width * height > 0,
    }
  })()`)
}

/** Presses TAB until the focus leaves the document, at most as often as `limit`. */
async function tabThrough(page: Page, limit: number): Promise<Focused[]> {
  const passed: Focused[] = []
  await page.evaluate('document.activeElement.blur?.()')
  for (let count = 0; count < limit; count++) {
    await page.keyboard.press('Tab')
    const now = await focused(page)
    if (now.tag === 'body') return passed
    passed.push(now)
  }
  return passed
}

test('TAB reaches what can be used in every view, and shows where it is', async (t) => {
  if (!hasBrowser(t)) return
  const seen = new Set<string>()
  await withPage(await bookinfoPage(), {}, async ({ page }) => {
    await visitPlaces(page, 100, async (fragment) => {
      const shape = shapeOf(fragment)
      if (seen.has(shape)) return
      seen.add(shape)
      const passed = await tabThrough(page, 40)
      assert.ok(passed.length > 2, fragment)
      for (const { tag, name, outlined, inWindow } of passed)
        assert.ok(
          outlined && inWindow,
          `${fragment}: <${tag}> ${name}: outlined ${outlined}, in the window ${inWindow}`,
        )
    })
  })
  assert.ok(seen.size >= 6)
})

test('/ goes to the search, Esc leaves it', async (t) => {
  if (!hasBrowser(t)) return
  await withPage(await bookinfoPage(), {}, async ({ page }) => {
    await shown(page)
    const proxy = await page.locator('a[href^="#proxy/"]').first().getAttribute('href')
    for (const fragment of ['overview', `${proxy?.slice(1)}/cluster`]) {
      await go(page, fragment)
      await page.keyboard.press('/')
      const search = page.locator('input:focus')
      assert.equal(await search.count(), 1, fragment)
      await page.keyboard.type('no/such')
      assert.equal(await search.inputValue(), 'no/such', fragment)
      await page.keyboard.press('Escape')
      await page.keyboard.press('Escape')
      assert.equal(await page.locator('input:focus').count(), 0, fragment)
    }
  })
})
