import assert from 'node:assert/strict'
import { test } from 'node:test'
import { releaseOf } from '../../../scripts/manifests/release.ts'
import { scoopManifest } from '../../../scripts/manifests/scoop.ts'
import { type Json, type JsonObject, objectOf } from '../../../src/envoy/json.ts'
import { release } from './release.ts'

const programs = ['kubectl-proxy_config.exe', 'kubectl-proxy_status.cmd']
const manifest = objectOf(JSON.parse(scoopManifest(release, programs)) as Json)

test('the fields are those that Scoop knows, in its form', () => {
  assert.deepEqual(Object.keys(manifest).toSorted(), [
    'architecture',
    'autoupdate',
    'bin',
    'checkver',
    'description',
    'homepage',
    'license',
    'version',
  ])
  assert.match(String(manifest.version), /^[\w\-.+]+$/)
  assert.deepEqual(manifest.bin, programs)
  const each = Object.entries(objectOf(manifest.architecture))
  assert.ok(each.length > 0)
  for (const [name, value] of each) {
    assert.ok(['32bit', '64bit', 'arm64'].includes(name), name)
    const { url, hash } = objectOf(value)
    assert.match(String(url), /^https:\/\/github\.com\/.*\/v1\.2\.3\/kubectl-proxy_config_windows_\w+\.zip$/)
    assert.match(String(hash), /^[a-f0-9]{64}$/)
  }
})

test('with $version replaced, the addresses for updates are those of the release', () => {
  const { architecture, hash } = objectOf(manifest.autoupdate)
  for (const [name, value] of Object.entries(objectOf(architecture))) {
    const { url } = objectOf(value)
    assert.equal(String(url).replaceAll('$version', '1.2.3'), objectOf(objectOf(manifest.architecture)[name]).url)
    assert.ok(String(url).includes('$version'))
  }
  assert.deepEqual(hash, { url: '$baseurl/SHA256SUMS' })
})

test('a manifest of krew that lacks what others need is refused', () => {
  const spec: JsonObject = { version: 'v1.2.3', homepage: 'https://example.com', platforms: [] }
  assert.throws(() => releaseOf({ spec }, 'MIT'), /lacks a text/)
})
