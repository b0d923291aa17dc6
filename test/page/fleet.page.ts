import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { growCapture, podOfCapture } from '../../scripts/bench/grow-capture.ts'
import { hasBrowser, withPage } from './browser.ts'
import { folder, pageOf } from './made-page.ts'
import { go, shown } from './places.ts'
import { sidewaysScroll, textOf } from './shown-text.ts'

const fixture = join(import.meta.dirname, '../fixtures/sidecar')

/** Keeps how often a part of the page was unpacked, and how many characters of the file that were. */
const countWork = `
  globalThis.work = { unpacked: 0, characters: 0 }
  globalThis.DecompressionStream = class extends DecompressionStream {
    constructor(...words) { super(...words); globalThis.work.unpacked += 1 }
  }
  const decode = globalThis.atob
  globalThis.atob = (text) => { globalThis.work.characters += text.length; return decode(text) }
`

interface Work {
  readonly unpacked: number
  readonly characters: number
}

test('of 1,000 proxies only what the overview shows is unpacked, and then one proxy', async (t) => {
  if (!hasBrowser(t)) return
  const capture = join(folder, 'mesh.zip')
  await growCapture(capture, { fixture, proxies: 1000, dumpSize: 300_000 })
  const file = await pageOf('-A', '--capture', capture)
  t.diagnostic(`${(statSync(file).size / 1e6).toFixed(1)} MB of 1,000 dumps of 0.3 MB`)
  // Resources that proxies share are stored once: the dumps together are 300 MB.
  assert.ok(statSync(file).size < 20e6, `${statSync(file).size} bytes`)
  await withPage(file, { init: countWork }, async ({ page }) => {
    await shown(page)
    const work = () => page.evaluate<Work>('({ ...globalThis.work })')
    const atStart = await work()
    t.diagnostic(`at start: ${JSON.stringify(atStart)}`)
    assert.ok(atStart.unpacked >= 1 && atStart.unpacked <= 2, JSON.stringify(atStart))
    assert.match(await textOf(page, 'main'), /1,?000/)
    assert.deepEqual(await sidewaysScroll(page), [])
    await go(page, `proxy/${podOfCapture}`)
    const withOne = await work()
    t.diagnostic(`with one proxy: ${JSON.stringify(withOne)}`)
    assert.ok(withOne.unpacked > atStart.unpacked)
    assert.ok(atStart.characters > 0 && atStart.characters < statSync(file).size / 2, JSON.stringify(atStart))
    assert.ok(withOne.characters < statSync(file).size, JSON.stringify(withOne))
    await go(page, `proxy/${podOfCapture}/cluster`)
    await go(page, `proxy/${podOfCapture}`)
    assert.deepEqual((await work()).unpacked, withOne.unpacked, 'what was unpacked is kept')
  })
})
