import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { productpage, productpageReplica, writeBookinfoCapture } from '../../test/page/bookinfo-mesh.ts'
import { addressOf, newWindow, startChromium } from '../../test/page/chromium.ts'
import { runProgram } from '../../test/run-program.ts'
import { capturedAt } from '../bench/made-capture.ts'

/**
 * `npm run screenshots [-- --dir DIR] [NAME...]`: the pictures of docs/images, of the page of six proxies whose dumps are in
 * test/fixtures. Needs Chromium and its fonts: pictures of another version differ.
 */
const { values: options, positionals } = parseArgs({
  options: { dir: { type: 'string', default: join(import.meta.dirname, '../../docs/images') } },
  allowPositionals: true,
})

interface Picture {
  readonly name: string
  readonly fragment: string
  readonly width: number
  readonly height: number
  readonly colorScheme?: 'light' | 'dark'
}

const request = new URLSearchParams({ url: 'http://reviews:9080/reviews/1', header: 'end-user=jason' })

/** A desktop's and a telephone's window. */
const desktop = { width: 1280, height: 860 }
const telephone = { width: 390, height: 844 }

const pictures: readonly Picture[] = [
  { name: 'report-overview', fragment: 'overview', ...desktop },
  { name: 'report-overview-narrow', fragment: 'overview', ...telephone },
  { name: 'report-resource', fragment: `proxy/${productpage}/route/9080`, ...desktop },
  { name: 'report-graph', fragment: `proxy/${productpage}/graph?listener=0.0.0.0_9080`, ...desktop },
  { name: 'report-trace', fragment: `proxy/${productpage}/trace?${request}`, ...desktop },
  { name: 'report-trace-narrow', fragment: `proxy/${productpage}/trace?${request}`, ...telephone },
  { name: 'report-trace-dark', fragment: `proxy/${productpage}/trace?${request}`, ...desktop, colorScheme: 'dark' },
  { name: 'report-diff', fragment: `diff/${productpage}/${productpageReplica}`, ...desktop },
]

const work = mkdtempSync(join(tmpdir(), 'screenshots-'))
const browser = await startChromium()
try {
  const capture = join(work, 'bookinfo.zip')
  const file = join(work, 'mesh.html')
  await writeBookinfoCapture(capture)
  // The page names the capture as it was named to the program.
  process.chdir(work)
  const { code, err } = await runProgram(['report', '-A', '--capture', 'bookinfo.zip', '-o', file], { now: capturedAt })
  if (code !== 0) throw new Error(err)
  mkdirSync(options.dir, { recursive: true })
  for (const { name, fragment, width, height, colorScheme = 'light' } of pictures) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    const context = await newWindow(browser, { viewport: { width, height }, colorScheme, reducedMotion: 'reduce' })
    const page = await context.newPage()
    await page.goto(addressOf(file, fragment))
    await page.locator('main[aria-busy="false"] h1').waitFor()
    const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' })
    writeFileSync(join(options.dir, `${name}.png`), picture)
    console.log(`${name}.png ${(picture.length / 1000).toFixed(0)} kB`)
    await context.close()
  }
} finally {
  await browser.close()
  rmSync(work, { recursive: true })
}
