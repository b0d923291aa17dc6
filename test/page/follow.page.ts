import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { queryOf } from '../../src/analyses/trace/question/question.ts'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import { knownUrls } from '../../src/walk/request/known-urls.ts'
import { type Side, twoProxies, west } from '../commands/trace/two-proxies.ts'
import { hasCorpus } from '../conformance/corpus.ts'
import { runProgram } from '../run-program.ts'
import { accessibilityFaults } from './accessibility.ts'
import { hasBrowser, withPage } from './browser.ts'
import { type CapturedPod, meshNames, writeMeshCapture } from './captured-meshes.ts'
import { folder, pageOf } from './made-page.ts'
import { go, shown } from './places.ts'

const countOfMesh = 60

for (const mesh of meshNames)
  test(`the trace box follows requests from proxy to proxy as the program does: ${mesh}`, async (t) => {
    if (!hasBrowser(t) || !hasCorpus(t, 'lab/raw')) return
    const capture = join(folder, `${mesh.replaceAll(' ', '-')}.zip`)
    const pods = await writeMeshCapture(capture, mesh)
    const page = await pageOf('-A', '--capture', capture)
    const asked = spread(await urlsOf(pods), countOfMesh)
    const differences: string[] = []
    let followed = 0
    await withPage(page, {}, async ({ page }) => {
      for (const { pod, url } of asked) {
        const words = ['trace', pod, url, '--explain', '--follow', '--capture', capture]
        const { code, out, err } = await runProgram(words)
        const flags = new Map(['explain', 'follow'].map((name) => [name, ['true']] as const))
        await go(page, `proxy/${encodeURIComponent(pod)}/trace?${queryOf({ url, flags })}`)
        const shown = await page.locator('pre.trace-steps, main [role="alert"]').allInnerTexts()
        if (/^Then, in /m.test(out)) followed++
        assert.equal(code, 0, err)
        if (shown.join('\n').trimEnd() !== out.trimEnd())
          differences.push(`${pod} ${url}\n${out}\n--- but\n${shown.join('\n')}`)
      }
    })
    t.diagnostic(`${asked.length - differences.length} of ${asked.length} agree, ${followed} were followed`)
    assert.deepEqual(differences.slice(0, 2), [])
    assert.ok(followed > 5, `only ${followed} were followed`)
  })

const ways: readonly (readonly [name: string, client: Side, server: Side])[] = [
  ['both accept', { shows: 'default' }, { shows: 'default' }],
  [
    'the issuer of the client is loaded by the server alone',
    { shows: 'default', trusts: 'nobody' },
    { shows: 'other-root' },
  ],
  ['the server is of another root', { shows: 'default' }, { shows: 'other-root' }],
  ['the client is of another root', { shows: 'other-root', trusts: 'nobody' }, { shows: 'default' }],
  ['the server trusts another root', { shows: 'default' }, { shows: 'default', trusts: west }],
  ['the server has expired', { shows: 'default' }, { shows: 'expired' }],
]

for (const [name, client, server] of ways)
  test(`certificates of two proxies are judged as the program does: ${name}`, async (t) => {
    if (!hasBrowser(t)) return
    const mesh = await twoProxies(t, client, server)
    const file = join(folder, `${name.replaceAll(' ', '-')}.html`)
    const { out } = await mesh.run('trace', 'web', 'http://reviews/', '--address', '10.0.0.1', '--follow')
    await mesh.run('report', '-A', '-o', file)
    const query = 'url=http%3A%2F%2Freviews%2F&address=10.0.0.1&follow=true'
    await withPage(file, { fragment: `proxy/web.default/trace?${query}` }, async ({ page }) => {
      await shown(page)
      const steps = (await page.locator('pre.trace-steps').allInnerTexts()).join()
      assert.equal(steps.trimEnd(), out.trimEnd())
      assert.match(steps, /Then, in reviews\.default/)
      assert.equal(await page.locator('.graph .node.on-way.kind-listener').count(), 2, 'the way through both is drawn')
      assert.deepEqual(await accessibilityFaults(page), [])
    })
  })

test('an address that no proxy of the page has is named', async (t) => {
  if (!hasBrowser(t)) return
  const mesh = await twoProxies(t, { shows: 'default' }, { shows: 'default' }, ['10.9.9.9:9080'])
  const file = join(folder, 'elsewhere.html')
  await mesh.run('report', '-A', '-o', file)
  const query = 'url=http%3A%2F%2Freviews%2F&address=10.0.0.1&follow=true'
  await withPage(file, { fragment: `proxy/web.default/trace?${query}` }, async ({ page }) => {
    await shown(page)
    const notes = (await page.locator('.trace-notes').allInnerTexts()).join()
    assert.match(notes, /No proxy of this page has the address 10\.9\.9\.9: the request is not followed further\./)
  })
})

interface Asked {
  readonly pod: string
  readonly url: string
}

async function urlsOf(pods: readonly CapturedPod[]): Promise<Asked[]> {
  const found: Asked[] = []
  for (const { id, dump } of pods)
    for (const [url] of knownUrls(await readDump(readFileSync(dump), dump)))
      if (url !== undefined) found.push({ pod: id, url })
  return found
}

function spread<T>(items: readonly T[], count: number): T[] {
  const wanted = Math.min(count, items.length)
  return Array.from({ length: wanted }, (_, at) => items[Math.floor((at * items.length) / wanted)]).filter(
    (item) => item !== undefined,
  )
}
