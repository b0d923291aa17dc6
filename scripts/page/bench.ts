import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import { addressOf, newWindow, startChromium } from '../../test/page/chromium.ts'
import { growCapture, podOfCapture } from '../bench/grow-capture.ts'
import { ownProgram } from '../bench/programs.ts'

const usage = `npm run bench:page [-- FLAGS]: the page of a mesh: how long report writes it, how large it is, how long Chromium opens it.

  --proxies N   proxies of the capture (1000)
  --dump-size N bytes of the dump of each (2400000)
  --rounds N    how often it is opened (5)
`

const root = join(import.meta.dirname, '../..')
const { values: options } = parseArgs({
  options: {
    proxies: { type: 'string', default: '1000' },
    'dump-size': { type: 'string', default: '2400000' },
    rounds: { type: 'string', default: '5' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (options.help) {
  console.log(usage)
  process.exit()
}

const folder = mkdtempSync(join(tmpdir(), 'bench-page-'))
const browser = await startChromium()
try {
  const capture = join(folder, 'mesh.zip')
  const page = join(folder, 'mesh.html')
  await growCapture(capture, {
    fixture: join(root, 'test/fixtures/sidecar'),
    proxies: Number(options.proxies),
    dumpSize: Number(options['dump-size']),
  })
  const own = ownProgram(root)
  const began = performance.now()
  execFileSync(own.program, [...own.before, 'report', '-A', '--capture', capture, '-o', page], { stdio: 'inherit' })
  console.log('| what | time | |\n|---|---|---|')
  row(
    `report of ${options.proxies} proxies`,
    [performance.now() - began],
    `${(statSync(page).size / 1e6).toFixed(1)} MB`,
  )
  for (const [title, fragment] of [
    ['overview', ''],
    ['one proxy', `proxy/${podOfCapture}`],
    ['its graph', `proxy/${podOfCapture}/graph`],
    ['a request in it', `proxy/${podOfCapture}/trace?url=${encodeURIComponent('http://reviews:9080/reviews/1')}`],
  ] as const) {
    const opened = []
    for (let round = 0; round < Number(options.rounds); round++) opened.push(await open(browser, page, fragment))
    const heap = Math.max(...opened.map(({ heap }) => heap))
    row(
      title,
      opened.map(({ time }) => time),
      `${(heap / 1e6).toFixed(0)} MB`,
    )
  }
} finally {
  await browser.close()
  rmSync(folder, { recursive: true })
}

function row(title: string, times: readonly number[], size: string): void {
  const sorted = times.toSorted((one, other) => one - other)
  const seconds = (at: number) => `${((sorted[at] ?? 0) / 1000).toFixed(2)} s`
  const spread = sorted.length > 1 ? ` (${seconds(0)} to ${seconds(sorted.length - 1)})` : ''
  console.log(`| ${title} | ${seconds(Math.floor(sorted.length / 2))}${spread} | ${size} |`)
}

/** Milliseconds from asking for the file until the place is painted, and bytes of JavaScript's heap. A new window each time. */
async function open(browser: Browser, file: string, fragment: string): Promise<{ time: number; heap: number }> {
  const context = await newWindow(browser, { viewport: { width: 1280, height: 800 } })
  try {
    const page = await context.newPage()
    const began = performance.now()
    await page.goto(addressOf(file, fragment), { waitUntil: 'commit' })
    await page.locator('main[aria-busy="false"] h1').waitFor()
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    const time = performance.now() - began
    const session = await context.newCDPSession(page)
    await session.send('Performance.enable')
    const { metrics } = await session.send('Performance.getMetrics')
    return { time, heap: metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0 }
  } finally {
    await context.close()
  }
}
