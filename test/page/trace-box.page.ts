import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { runProgram } from '../run-program.ts'
import { accessibilityFaults } from './accessibility.ts'
import { hasBrowser, withPage } from './browser.ts'
import { shown } from './places.ts'

const dump = join(import.meta.dirname, '../fixtures/sidecar/config_dump.json')
const folder = mkdtempSync(join(tmpdir(), 'trace-box-'))
const file = join(folder, 'sidecar.html')
const proxy = `proxy/${encodeURIComponent(dump)}`
const question = 'url=http%3A%2F%2Freviews%3A9080%2Freviews%2F1&header=end-user%3Djason&explain=true'

before(async () => {
  const { code, err } = await runProgram(['report', '--file', dump, '-o', file])
  assert.equal(code, 0, err)
})
after(() => rmSync(folder, { recursive: true }))

test('a link to a question answers with the lines that trace prints', async (t) => {
  if (!hasBrowser(t)) return
  const words = ['trace', '--file', dump, 'http://reviews:9080/reviews/1', '-H', 'end-user=jason', '--explain']
  const { out } = await runProgram(words)
  await withPage(file, { fragment: `${proxy}/trace?${question}` }, async ({ page }) => {
    await shown(page)
    assert.equal((await page.locator('.trace-steps').allInnerTexts()).join().trimEnd(), out.trimEnd())
    assert.equal(await page.locator('.graph .node.on-way.kind-listener').count(), 2)
    assert.equal(await page.locator('.graph .edge.on-way').count(), 5)
  })
})

test('a request that is typed is the address of its answer', async (t) => {
  if (!hasBrowser(t)) return
  await withPage(file, { fragment: `${proxy}/trace` }, async ({ page }) => {
    await shown(page)
    await page.getByLabel('URL').fill('http://reviews:9080/health')
    await page.getByLabel('Headers').fill('a: b\nc=d')
    await page.getByRole('button', { name: 'Trace' }).click()
    await page.locator('.trace-steps').waitFor()
    const address = await page.evaluate<string>('location.hash')
    assert.match(address, /\/trace\?url=http%3A%2F%2Freviews%3A9080%2Fhealth&header=a%3A\+b&header=c%3Dd&explain=true$/)
    assert.match((await page.locator('.trace-outcome').allInnerTexts()).join(), /Certain, by what the proxy has loaded/)
  })
})

test('arrow keys move through the graph and Enter opens the resource', async (t) => {
  if (!hasBrowser(t)) return
  await withPage(file, { fragment: `${proxy}/graph?listener=0.0.0.0_9080` }, async ({ page }) => {
    await shown(page)
    const current = (): Promise<string> =>
      page.evaluate<string>('document.activeElement.querySelector("title").textContent')
    await page.locator('.graph .node').first().focus()
    assert.match(await current(), /^listener 0\.0\.0\.0_9080/)
    for (const kind of ['filter chain', 'route configuration', 'virtual host', 'cluster']) {
      await page.keyboard.press('ArrowRight')
      assert.ok((await current()).startsWith(kind), `${await current()}, not ${kind}`)
    }
    const cluster = await current()
    await page.keyboard.press('ArrowDown')
    assert.notEqual(await current(), cluster)
    assert.equal(await page.locator('.graph [tabindex="0"]').count(), 1)
    await page.keyboard.press('Enter')
    await page.waitForFunction('location.hash.includes("/cluster/")')
  })
})

for (const [name, opening] of [
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['390 px', { width: 390 }],
] as const)
  test(`axe-core finds nothing in the graph and the trace box: ${name}`, async (t) => {
    if (!hasBrowser(t)) return
    for (const fragment of [`${proxy}/graph?search=reviews`, `${proxy}/trace?${question}`, `${proxy}/trace?port=x`])
      await withPage(file, { fragment, ...opening }, async ({ page }) => {
        await shown(page)
        assert.deepEqual(await accessibilityFaults(page), [], fragment)
      })
  })
