import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { load } from 'js-yaml'
import { manifestFaults } from '../../../scripts/krew/manifest-faults.ts'
import { renderTemplate } from '../../../scripts/krew/render-template.ts'
import { archiveName, binaryName, targets } from '../../../scripts/package/targets.ts'
import { objectOf, objectsOf, stringOf } from '../../../src/envoy/json.ts'

const template = readFileSync(fileURLToPath(new URL('../../../plugin.yaml', import.meta.url)), 'utf8')
const manifest = objectOf(load(renderTemplate(template, 'v1.2.3', () => 'b'.repeat(64))))
const spec = objectOf(manifest.spec)

test('tag, URL and sum are put in as krew-release-bot puts them', () => {
  const rendered = renderTemplate(
    'version: {{ .TagName }}\n    {{addURIAndSha "https://x/{{ .TagName }}/a.zip" .TagName }}\n',
    'v1.2.3',
    (url) => `sum of ${url}`,
  )
  assert.equal(
    rendered,
    'version: v1.2.3\n    uri: https://x/v1.2.3/a.zip\n    sha256: sum of https://x/v1.2.3/a.zip\n',
  )
})

test('an action that is not known here is refused, not left in', () => {
  assert.throws(() => renderTemplate('{{ .Other }}', 'v1.2.3', () => ''), /\{\{ \.Other \}\}/)
})

test('plugin.yaml breaks no rule of krew', () => {
  assert.deepEqual(manifestFaults('proxy-config.yaml', manifest), [])
})

test('plugin.yaml has the archive of every platform that krew tells apart, and no other', () => {
  const listed = objectsOf(spec.platforms).map(({ selector, uri, bin }) => ({
    ...objectOf(objectOf(selector).matchLabels),
    archive: stringOf(uri)?.split('/').at(-1),
    bin,
  }))
  const built = targets
    .filter(({ libc }) => libc === undefined)
    .map((target) => ({
      os: target.os,
      arch: target.arch,
      archive: archiveName(target),
      bin: binaryName(target),
    }))
  assert.deepEqual(listed, built)
})

test('archives come from releases of the homepage, which is what the release bot takes as proof of ownership', () => {
  for (const { uri } of objectsOf(spec.platforms)) {
    assert.ok(stringOf(uri)?.startsWith(`${stringOf(spec.homepage)}/releases/download/v1.2.3/`), String(uri))
  }
})

test('the caveats name the completion step and the permissions', () => {
  const caveats = stringOf(spec.caveats) ?? ''
  assert.match(caveats, /kubectl_complete-proxy_config/)
  assert.match(caveats, /pods\/portforward: get, create/)
})
