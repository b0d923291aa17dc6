import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { accessibilityFaults } from './accessibility.ts'
import { hasBrowser, withPage } from './browser.ts'
import { bookinfoPage, folder, pageOf } from './made-page.ts'
import { follow, linksOf, shapeOf, shown, visitPlaces } from './places.ts'
import { shownErrors, sidewaysScroll, textOf } from './shown-text.ts'

test('every place of a page opens, and links lead to places', async (t) => {
  if (!hasBrowser(t)) return
  const shapes = new Set<string>()
  await withPage(await bookinfoPage(), {}, async ({ page }) => {
    const visited = await visitPlaces(page, 300, async (fragment) => {
      shapes.add(shapeOf(fragment))
      assert.deepEqual(await shownErrors(page), [], fragment)
      assert.notEqual((await textOf(page, 'h1')).trim(), '', fragment)
      assert.match(await page.title(), /\S/, fragment)
    })
    t.diagnostic(`${visited.length} places of ${shapes.size} shapes: ${[...shapes].toSorted().join(', ')}`)
  })
  for (const shape of ['overview', 'findings', 'certificates', 'proxy/*', 'proxy/*/graph', 'proxy/*/cluster/*'])
    assert.ok(shapes.has(shape), `no link leads to ${shape}`)
})

for (const [width, height] of [
  [1280, 800],
  [390, 844],
] as const)
  for (const colorScheme of ['light', 'dark'] as const)
    test(`axe-core finds nothing in any view: ${width} px, ${colorScheme}`, async (t) => {
      if (!hasBrowser(t)) return
      const seen = new Set<string>()
      await withPage(await bookinfoPage(), { width, height, colorScheme }, async ({ page }) => {
        await visitPlaces(page, 120, async (fragment) => {
          const shape = shapeOf(fragment)
          if (seen.has(shape)) return
          seen.add(shape)
          assert.deepEqual(await accessibilityFaults(page), [], fragment)
          assert.deepEqual(await sidewaysScroll(page), [], fragment)
        })
      })
      assert.ok(seen.size >= 6, `only ${seen.size} views`)
    })

test('a place opened by its address is the place that a link leads to', async (t) => {
  if (!hasBrowser(t)) return
  const file = await bookinfoPage()
  const texts = new Map<string, string>()
  await withPage(file, {}, async ({ page }) => {
    await visitPlaces(page, 60, async (fragment) => {
      const shape = shapeOf(fragment)
      if (!texts.has(shape)) texts.set(fragment, await textOf(page, 'main'))
    })
  })
  const byShape = new Map([...texts.keys()].map((fragment) => [shapeOf(fragment), fragment]))
  for (const fragment of byShape.values())
    await withPage(file, { fragment }, async ({ page }) => {
      await shown(page)
      assert.equal(await textOf(page, 'main'), texts.get(fragment), fragment)
    })
})

test('the places of a dump that holds one section say what is not in it, and are no errors', async (t) => {
  if (!hasBrowser(t)) return
  const file = join(folder, 'clusters-only.json')
  const type = 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump'
  writeFileSync(file, JSON.stringify({ configs: [{ '@type': type, static_clusters: [{ cluster: { name: 'one' } }] }] }))
  await withPage(await pageOf('--file', file), {}, async ({ page }) => {
    const visited = await visitPlaces(page, 40, async (fragment) => {
      if (shapeOf(fragment) !== 'proxy/*/trace') assert.deepEqual(await shownErrors(page), [], fragment)
    })
    assert.ok(visited.some((fragment) => fragment.endsWith('/extension')))
  })
})

test('back and forward lead through the places', async (t) => {
  if (!hasBrowser(t)) return
  await withPage(await bookinfoPage(), {}, async ({ page }) => {
    await shown(page)
    const first = await page.title()
    const link = (await linksOf(page)).find((each) => /^proxy\/[^/]+$/.test(each))
    await follow(page, () => page.locator(`a[href="#${link}"]`).first().click())
    const second = await page.title()
    assert.notEqual(second, first)
    await follow(page, () => page.goBack())
    assert.equal(await page.title(), first)
    await follow(page, () => page.goForward())
    assert.equal(await page.title(), second)
  })
})

const nowhere = [
  'nonsense',
  'proxy',
  'proxy/no-such-proxy',
  'proxy/__proto__',
  'proxy/%E0%A4%A',
  'constructor',
  '__proto__/__proto__',
  'proxy/no-such-proxy/cluster/x',
  'diff/a/b',
  'proxy/no/trace?url=%00&header=%zz',
  '%00',
  '?',
  '///',
  "<img src=x onerror=ranFromText('fragment')>",
  'javascript:ranFromText(1)',
]

test('an address that names nothing is told as such, with a way back', async (t) => {
  if (!hasBrowser(t)) return
  for (const fragment of nowhere)
    await withPage(await bookinfoPage(), { fragment }, async ({ page }) => {
      await shown(page)
      assert.match(await textOf(page, 'main'), /\S/, fragment)
      await follow(page, () => page.locator('a[href="#overview"]').first().click())
      assert.deepEqual(await shownErrors(page), [])
    })
})

test('printed, a page has its text and no controls', async (t) => {
  if (!hasBrowser(t)) return
  await withPage(await bookinfoPage(), {}, async ({ page }) => {
    await shown(page)
    await page.emulateMedia({ media: 'print' })
    assert.equal(await page.locator('nav:visible, input:visible, button:visible').count(), 0)
    assert.deepEqual(await sidewaysScroll(page), [])
    const pdf = await page.pdf({ format: 'A4' })
    assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
  })
})
