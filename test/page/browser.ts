import assert from 'node:assert/strict'
import { after, type TestContext } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { addressOf, missingChromium, newWindow, startChromium } from './chromium.ts'
import { type Tripwire, watch } from './tripwire.ts'

/** How a page is opened. */
export interface Opening {
  /** The part of the address after `#`. */
  readonly fragment?: string
  /** The size of the window, in CSS pixels. */
  readonly width?: number
  readonly height?: number
  readonly colorScheme?: 'light' | 'dark'
  /** A script that runs before the page's own. */
  readonly init?: string
}

export interface Opened {
  readonly page: Page
  readonly tripwire: Tripwire
}

let started: Promise<Browser> | undefined

after(async () => {
  const browser = await started
  await browser?.close()
})

/** Whether there is a Chromium. Without it a test is skipped, aloud; where BROWSER=required (.ci/run) it fails. */
export function hasBrowser(t: TestContext): boolean {
  const reason = missingChromium()
  if (reason === undefined) return true
  assert.notEqual(process.env.BROWSER, 'required', reason)
  console.error(`*** NOT RUN: ${t.name}: ${reason}`)
  t.skip(reason)
  return false
}

/**
 * Opens a page of the program in a window of its own, without network, and closes it after `use`. Whatever the page did that none may do
 * fails here.
 * @param file the path of an HTML file
 */
export async function withPage(file: string, opening: Opening, use: (opened: Opened) => Promise<void>): Promise<void> {
  await withAnyPage(file, opening, async (opened) => {
    await use(opened)
    assert.deepEqual(await opened.tripwire.noticed(), [])
  })
}

/** The same with a page that may do anything. */
export async function withAnyPage(
  file: string,
  { fragment = '', width = 1280, height = 800, colorScheme = 'light', init }: Opening,
  use: (opened: Opened) => Promise<void>,
): Promise<void> {
  started ??= startChromium()
  const context = await newWindow(await started, { viewport: { width, height }, colorScheme })
  try {
    const tripwire = await watch(context)
    if (init !== undefined) await context.addInitScript({ content: init })
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    await page.goto(addressOf(file, fragment))
    await use({ page, tripwire })
  } finally {
    await context.close()
  }
}
