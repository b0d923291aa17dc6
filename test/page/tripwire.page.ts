import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { accessibilityFaults } from './accessibility.ts'
import { hasBrowser, withAnyPage } from './browser.ts'
import { hostileTexts } from './hostile-texts.ts'

/** Opens a careless page, one that writes texts as markup, and gives back what was noticed. */
async function noticedIn(body: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'careless-page-'))
  const noticed: string[] = []
  try {
    const file = join(folder, 'careless.html')
    writeFileSync(file, `<!doctype html><html lang="en"><meta charset="utf-8"><title>careless</title>${body}`)
    await withAnyPage(file, {}, async ({ page, tripwire }) => {
      // What a page starts comes after it has loaded.
      for (let tries = 0; tries < 50 && noticed.length === 0; tries++) {
        noticed.push(...(await tripwire.noticed()))
        await page.waitForTimeout(20)
      }
      await page.waitForTimeout(100)
      noticed.push(...(await tripwire.noticed()))
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
  return noticed
}

const careless: Readonly<Record<string, { body: string; noticed: RegExp }>> = {
  'a text as markup': { body: hostileTexts.image ?? '', noticed: /^a text ran: image$/m },
  'a text in a script': {
    body: `<script>a = "${hostileTexts.endOfScript}"</script>`,
    noticed: /^a text ran: script$/m,
  },
  'a text in an attribute': { body: `<p title="${hostileTexts.endOfAttribute}">`, noticed: /^a text ran: svg$/m },
  'a text in a comment': { body: `<!-- ${hostileTexts.endOfComment} -->`, noticed: /^a text ran: comment$/m },
  'a text in an address': {
    body: `<a href="${hostileTexts.scriptAddress}">x</a>`,
    noticed: /^a link that leads out: /m,
  },
  'a link to another page': { body: '<a href="https://example.org/">x</a>', noticed: /^a link that leads out: /m },
  'an image': {
    body: '<img alt="" src="https://example.org/x.png">',
    noticed: /^a request: https:\/\/example.org\/x.png$/m,
  },
  'a style from elsewhere': {
    body: '<link rel=stylesheet href="https://example.org/x.css">',
    noticed: /^a request: /m,
  },
  'a fetch': { body: '<script>fetch("https://example.org/").catch(() => 0)</script>', noticed: /^a request: /m },
  'a WebSocket': { body: '<script>new WebSocket("wss://example.org/")</script>', noticed: /^a WebSocket: /m },
  'a beacon': { body: '<script>navigator.sendBeacon("https://example.org/b", "x")</script>', noticed: /^a request: /m },
  'an error': { body: '<script>undefinedFunction()</script>', noticed: /^an error: undefinedFunction is not defined/m },
  'a rejected promise': { body: '<script>Promise.reject(new Error("oh"))</script>', noticed: /^an error: oh/m },
  'a dialog': { body: '<script>setTimeout(() => alert("hello"))</script>', noticed: /^a dialog: hello$/m },
  'a prototype': { body: '<script>Object.prototype.polluted = 1</script>', noticed: /^Object.prototype was changed$/m },
  'a refused style': {
    body: `<meta http-equiv="Content-Security-Policy" content="style-src 'none'"><p style="color: red">x</p>`,
    noticed: /^refused by the Content-Security-Policy: style-src-attr inline$/m,
  },
}

for (const [name, { body, noticed }] of Object.entries(careless))
  test(`what no page of the program may do is noticed: ${name}`, async (t) => {
    if (!hasBrowser(t)) return
    assert.match((await noticedIn(body)).join('\n'), noticed)
  })

test('a page that does nothing of it passes', async (t) => {
  if (!hasBrowser(t)) return
  assert.deepEqual(await noticedIn('<h1>Nothing</h1><a href="#there">there</a><script>let a = 1</script>'), [])
})

test('what axe-core finds is noticed', async (t) => {
  if (!hasBrowser(t)) return
  const folder = mkdtempSync(join(tmpdir(), 'careless-page-'))
  try {
    const file = join(folder, 'careless.html')
    writeFileSync(
      file,
      '<!doctype html><title>careless</title><main><h1>A</h1><input><p style="color: #bbb">pale</main>',
    )
    await withAnyPage(file, {}, async ({ page }) => {
      const faults = (await accessibilityFaults(page)).map((line) => line.split(':')[0])
      assert.deepEqual(faults, ['serious color-contrast', 'serious html-has-lang', 'critical label'])
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
