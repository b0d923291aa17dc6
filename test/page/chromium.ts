import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** Why there is no Chromium, and what helps; undefined where there is one. */
export function missingChromium(): string | undefined {
  if (existsSync(executablePath)) return undefined
  return `apt-get install chromium fonts-dejavu-core (or CHROMIUM=PATH): ${executablePath} is missing`
}

export async function startChromium(): Promise<Browser> {
  // Chromium's sandbox needs user namespaces, which root in a container has not; the files are of this project's own making.
  return await chromium.launch({ executablePath, args: ['--no-sandbox'] })
}

/** A window without network, the same on every machine. */
export async function newWindow(browser: Browser, options: BrowserContextOptions): Promise<BrowserContext> {
  return await browser.newContext({ offline: true, locale: 'en-US', timezoneId: 'UTC', ...options })
}

/** The address of a file with a fragment. */
export function addressOf(file: string, fragment = ''): string {
  return `${pathToFileURL(file).href}${fragment === '' ? '' : `#${fragment}`}`
}
