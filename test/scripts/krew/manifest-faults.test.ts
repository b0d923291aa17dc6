import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manifestFaults } from '../../../scripts/krew/manifest-faults.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'

function platform(os: string, arch: string): JsonObject {
  return {
    uri: `https://example.com/${os}_${arch}.tar.gz`,
    sha256: 'a'.repeat(64),
    bin: 'kubectl-x',
    selector: { matchLabels: { os, arch } },
  }
}

function manifest(spec: JsonObject = {}, top: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
    kind: 'Plugin',
    metadata: { name: 'x' },
    spec: { version: 'v1.2.3', shortDescription: 'Show x', platforms: [platform('linux', 'amd64')], ...spec },
    ...top,
  }
}

function withPlatform(changes: JsonObject): JsonObject {
  return manifest({ platforms: [{ ...platform('linux', 'amd64'), ...changes }] })
}

test('a sound manifest has no faults', () => {
  assert.deepEqual(manifestFaults('x.yaml', manifest()), [])
  assert.deepEqual(manifestFaults('x.yaml', manifest({ version: 'v1.2.3-rc.1' })), [])
  const expression = { matchExpressions: [{ key: 'os', operator: 'In', values: ['linux', 'darwin'] }] }
  assert.deepEqual(manifestFaults('x.yaml', withPlatform({ selector: expression })), [])
  assert.deepEqual(manifestFaults('x.yaml', withPlatform({ files: [{ from: '*', to: '.' }] })), [])
})

const at = 'spec.platforms[0]'
const cases: readonly (readonly [string, string, JsonObject, string?])[] = [
  ['the file is no .yaml', 'the file must be called *.yaml', manifest(), 'x.yml'],
  ['the file is called otherwise', 'the file must be called x.yaml', manifest(), 'y.yaml'],
  [
    'another apiVersion',
    'apiVersion must be krew.googlecontainertools.github.com/v1alpha2',
    manifest({}, { apiVersion: 'v1' }),
  ],
  ['another kind', 'kind must be Plugin', manifest({}, { kind: 'plugin' })],
  [
    'a name with a dot',
    'metadata.name must be letters, digits, _ and -',
    manifest({}, { metadata: { name: 'a.b' } }),
    'a.b.yaml',
  ],
  [
    'a name that is a device',
    'metadata.name must not be a device of Windows',
    manifest({}, { metadata: { name: 'Com1' } }),
    'Com1.yaml',
  ],
  ['a version without v', 'spec.version must be v and a semantic version', manifest({ version: '1.2.3' })],
  ['a short version', 'spec.version must be v and a semantic version', manifest({ version: 'v1.2' })],
  ['a leading zero', 'spec.version must be v and a semantic version', manifest({ version: 'v1.02.3' })],
  ['no short description', 'spec.shortDescription is required', manifest({ shortDescription: '' })],
  ['two lines', 'spec.shortDescription must be one line', manifest({ shortDescription: 'a\nb' })],
  [
    '51 characters',
    'spec.shortDescription must have at most 50 characters',
    manifest({ shortDescription: 'x'.repeat(51) }),
  ],
  ['a period', 'spec.shortDescription must not end in a period', manifest({ shortDescription: 'Show x.' })],
  ['a long line', 'spec.description must be wrapped at 80 columns', manifest({ description: 'x'.repeat(81) })],
  ['a long caveat', 'spec.caveats must be wrapped at 80 columns', manifest({ caveats: 'x'.repeat(81) })],
  ['no platforms', 'spec.platforms must not be empty', manifest({ platforms: [] })],
  ['no uri', `${at}.uri is required`, withPlatform({ uri: '' })],
  ['no bin', `${at}.bin is required`, withPlatform({ bin: undefined })],
  ['an upper-case sum', `${at}.sha256 must be 64 lower-case hex digits`, withPlatform({ sha256: 'A'.repeat(64) })],
  ['a short sum', `${at}.sha256 must be 64 lower-case hex digits`, withPlatform({ sha256: 'a'.repeat(63) })],
  ['no selector', `${at}.selector is required`, withPlatform({ selector: undefined })],
  [
    'empty matchLabels',
    `${at}.selector.matchLabels must not be empty`,
    withPlatform({ selector: { matchLabels: {} } }),
  ],
  [
    'empty matchExpressions',
    `${at}.selector.matchExpressions must not be empty`,
    withPlatform({ selector: { matchLabels: { os: 'linux' }, matchExpressions: [] } }),
  ],
  [
    'another key',
    `${at}.selector may name os and arch only`,
    withPlatform({ selector: { matchLabels: { libc: 'x' } } }),
  ],
  [
    'no such platform',
    `${at}.selector matches no platform`,
    withPlatform({ selector: { matchLabels: { os: 'darwin', arch: 'ppc64le' } } }),
  ],
  ['empty files', `${at}.files must be absent or not empty`, withPlatform({ files: [] })],
  ['no from', `${at}.files[0].from is required`, withPlatform({ files: [{ to: '.' }] })],
  ['no to', `${at}.files[0].to is required`, withPlatform({ files: [{ from: '*' }] })],
  [
    'a path that is not clean',
    `${at}.files[0].to must be a clean path`,
    withPlatform({ files: [{ from: '*', to: './x' }] }),
  ],
  [
    'a platform twice',
    'linux/amd64 is matched by 2 platforms',
    manifest({ platforms: [platform('linux', 'amd64'), platform('linux', 'amd64')] }),
  ],
]

for (const [title, expected, given, file = 'x.yaml'] of cases) {
  test(`refused: ${title}`, () => {
    assert.ok(manifestFaults(file, given).includes(expected), manifestFaults(file, given).join('\n'))
  })
}
