import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, type TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { type Tripwire, watch } from './tripwire.ts'

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** How a page is opened. */
export interface Opening {
  /** The part of the address after `#`. */
  readonly fragment?: string
  /** The size of the window, in CSS pixels. */
  readonly width?: number
  readonly height?: number
  readonly colorScheme?: 'light' | 'dark'
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
  if (existsSync(executablePath)) return true
  const reason = `apt-get install chromium fonts-dejavu-core (or CHROMIUM=PATH): ${executablePath} is missing`
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
  { fragment = '', width = 1280, height = 800, colorScheme = 'light' }: Opening,
  use: (opened: Opened) => Promise<void>,
): Promise<void> {
  const context = await window({ width, height, colorScheme })
  try {
    const tripwire = await watch(context)
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    await page.goto(addressOf(file, fragment))
    await use({ page, tripwire })
  } finally {
    await context.close()
  }
}

/** The address of a file with a fragment. */
export function addressOf(file: string, fragment = ''): string {
  return `${pathToFileURL(file).href}${fragment === '' ? '' : `#${fragment}`}`
}

async function window({
  width,
  height,
  colorScheme,
}: Required<Pick<Opening, 'width' | 'height' | 'colorScheme'>>): Promise<BrowserContext> {
  // Chromium's sandbox needs user namespaces, which root in a container has not; the files are of this project's own making.
  started ??= chromium.launch({ executablePath, args: ['--no-sandbox'] })
  const browser = await started
  return await browser.newContext({ offline: true, viewport: { width, height }, colorScheme, locale: 'en-US' })
}
