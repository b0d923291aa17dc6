import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { hasBrowser, withPage } from './browser.ts'
import { hostileDump, plantedSecret } from './hostile-dump.ts'
import { writeHostileCapture, writeHostileFiles } from './hostile-mesh.ts'
import { hostileTexts } from './hostile-texts.ts'
import { folder, pageOf } from './made-page.ts'
import { shapeOf, visitPlaces } from './places.ts'
import { hiddenCharacter, sidewaysScroll } from './shown-text.ts'

async function hostileCapturePage(): Promise<string> {
  const capture = join(folder, 'hostile.zip')
  await writeHostileCapture(capture)
  return await pageOf('-A', '--capture', capture)
}

function hostileDumpFile(): string {
  const file = join(folder, 'hostile.json')
  writeFileSync(file, hostileDump(Object.values(hostileTexts)))
  return file
}

/** Visits places of a page; nothing in them may run, be hidden, or make the page wider than its window. */
async function looksThrough(file: string, limit: number): Promise<ReadonlySet<string>> {
  const shapes = new Set<string>()
  for (const [width, share] of [
    [1280, 1],
    [390, 0.5],
  ] as const)
    await withPage(file, { width }, async ({ page, tripwire }) => {
      await visitPlaces(page, limit * share, async (fragment) => {
        shapes.add(shapeOf(fragment))
        assert.deepEqual(await tripwire.noticed(), [], fragment)
        assert.equal(await hiddenCharacter(page), undefined, fragment)
        assert.deepEqual(await sidewaysScroll(page), [], fragment)
      })
    })
  return shapes
}

test('hostile names in every place of a dump do nothing', async (t) => {
  if (!hasBrowser(t)) return
  const shapes = await looksThrough(await pageOf('--file', hostileDumpFile()), 160)
  t.diagnostic([...shapes].toSorted().join(', '))
  for (const shape of ['proxy/*/graph', 'proxy/*/trace', 'proxy/*/route/*', 'proxy/*/secret'])
    assert.ok(shapes.has(shape), `${shape} was not looked at`)
})

test('hostile names of pods, nodes, namespaces and labels do nothing', async (t) => {
  if (!hasBrowser(t)) return
  await looksThrough(await hostileCapturePage(), 80)
})

test('hostile names of files do nothing', async (t) => {
  if (!hasBrowser(t)) return
  const files = writeHostileFiles(join(folder, 'files'))
  await looksThrough(await pageOf(...files.flatMap((file) => ['--file', file])), 60)
})

test('secrets are in no part of a page', async () => {
  const html = readFileSync(await pageOf('--file', hostileDumpFile()), 'utf8')
  const parts = [...html.matchAll(/<script type="application\/octet-stream"[^>]*>([^<]*)</g)].map(([, base64 = '']) =>
    gunzipSync(Buffer.from(base64, 'base64')).toString(),
  )
  assert.ok(parts.length > 0)
  assert.ok(parts.some((part) => part.includes('private_key') || part.includes('privateKey')))
  for (const part of [html, ...parts]) {
    assert.ok(!part.includes(plantedSecret))
    assert.ok(!part.includes(Buffer.from(plantedSecret).toString('base64').slice(2, -4)))
  }
})

test('a page has one script and one style, both with their hash in its policy, which allows nothing else', async () => {
  const html = readFileSync(await pageOf('--file', hostileDumpFile()), 'utf8')
  const [, policy = ''] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? []
  const directives = new Map(
    policy.split(';').map((each) => {
      const [name = '', ...values] = each.trim().split(' ')
      return [name, values] as const
    }),
  )
  assert.deepEqual(directives.get('default-src'), ["'none'"])
  assert.deepEqual(directives.get('base-uri'), ["'none'"])
  assert.deepEqual(directives.get('form-action'), ["'none'"])
  for (const name of ['script-src', 'style-src']) {
    assert.equal(directives.get(name)?.length, 1, name)
    assert.match(directives.get(name)?.[0] ?? '', /^'sha256-[A-Za-z0-9+/=]+'$/, name)
  }
  for (const [name, values] of directives)
    for (const value of values) assert.match(value, /^'(?:none|sha256-[^']+)'$|^data:$/, name)
  // What comes before the policy is not held to it.
  assert.match(
    html,
    /^<!doctype html>\s*<html lang="en">\s*<head>\s*(?:<meta charset="utf-8">\s*)?<meta http-equiv="Content-Security-Policy"/i,
  )
})
