import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inMemory } from '../../../src/envoy/input/stored-bytes.ts'
import { AppError } from '../../../src/errors.ts'
import {
  capturedPages,
  isCaptureEntry,
  istiodEntry,
  objectsEntry,
  ownerOf,
  proxyEntry,
  sentEntry,
} from '../../../src/fetch/capture/format/layout.ts'
import { readManifest } from '../../../src/fetch/capture/format/manifest.ts'
import { fieldSelector } from '../../../src/fetch/capture/saved/field-selector.ts'
import { labelSelector } from '../../../src/fetch/capture/saved/label-selector.ts'
import { strippedObject } from '../../../src/fetch/capture/write/stripped-object.ts'
import { faultTexts, nameFault } from '../../../src/fetch/capture/zip/entry-name.ts'
import { readLocalEntries } from '../../../src/fetch/capture/zip/local-entries.ts'

const labels = { app: 'web', tier: '', generation: '3' }

test('label selectors by each form of Kubernetes', () => {
  for (const [selector, chosen] of [
    ['', true],
    ['app', true],
    ['none', false],
    ['tier', true],
    ['!none', true],
    ['!app', false],
    ['app=web', true],
    ['app==web', true],
    ['app = web', true],
    ['app=we', false],
    ['none=', false],
    ['tier=', true],
    ['app!=web', false],
    ['app!=x', true],
    ['none!=x', true],
    ['app in (web,api)', true],
    ['app in ( api , web )', true],
    ['app in (api)', false],
    ['none in (web)', false],
    ['tier in ()', true],
    ['app notin (web)', false],
    ['app notin (api)', true],
    ['none notin (web)', true],
    ['generation>2', true],
    ['generation>3', false],
    ['generation<4', true],
    ['generation<3', false],
    ['generation > -1', true],
    ['none>0', false],
    ['app=web,tier', true],
    ['app=web,tier=x', false],
    ['app in (web,api),tier', true],
    [' app , tier ', true],
    ['a.b/c-d_e', false],
  ] as const)
    assert.equal(labelSelector(selector)(labels), chosen, selector)
  for (const selector of ['=x', 'app=a b', 'app in web', 'app>x', 'a b', '-a', 'app=(x)'])
    assert.throws(
      () => labelSelector(selector),
      {
        message: `unable to parse requirement: ${JSON.stringify(selector)} of the label selector ${JSON.stringify(selector)}`,
      },
      selector,
    )
})

test('field selectors: equal, not equal, a field that is not there is empty', () => {
  const pod = { metadata: { name: 'web' }, status: { phase: 'Running', podIP: 7 } }
  for (const [selector, chosen] of [
    ['', true],
    ['metadata.name=web', true],
    ['metadata.name==web', true],
    ['metadata.name=api', false],
    ['metadata.name!=web', false],
    ['status.phase!=Failed', true],
    ['status.none=', true],
    ['status.none!=', false],
    ['status.podIP=7', false],
    ['metadata.name=web,status.phase=Running', true],
    ['metadata.name=web,status.phase=Failed', false],
    [',', true],
  ] as const)
    assert.equal(fieldSelector(selector)(pod), chosen, selector)
  for (const selector of ['name', '=x', 'a-b=c'])
    assert.throws(() => fieldSelector(selector), { message: `invalid field selector: ${JSON.stringify(selector)}` })
})

test('names of entries: what leads elsewhere, what is no path', () => {
  for (const [name, fault] of [
    ['a/b.json', undefined],
    ['proxies/ns/web-1~x+y%2F/config_dump.json', undefined],
    ['a/.hidden', undefined],
    ['é/ü', undefined],
    ['a b', undefined],
    ['/a', 'absolute'],
    ['\\a', 'absolute'],
    ['C:a', 'absolute'],
    ['c:\\a', 'absolute'],
    ['../a', 'outside'],
    ['a/../b', 'outside'],
    ['a\\..\\b', 'outside'],
    ['..', 'outside'],
    ['a/..b', undefined],
    ['a\\b', 'malformed'],
    ['a\u0000', 'malformed'],
    ['a\u001bb', 'malformed'],
    ['a\ufffd', 'malformed'],
    ['a//b', 'malformed'],
    ['a/', 'malformed'],
    ['./a', 'malformed'],
    ['.', 'malformed'],
    ['', 'malformed'],
  ] as const)
    assert.equal(nameFault(name), fault, JSON.stringify(name))
  for (const fault of ['absolute', 'outside', 'malformed', 'link', 'encrypted', 'compression', 'duplicate'] as const)
    assert.match(faultTexts.get(fault) ?? '', /^\w.{10,}/, fault)
})

test('where things lie in a capture, and whose they are', () => {
  const pod = { name: 'web', namespace: 'shop' }
  assert.equal(proxyEntry(pod, 'certs.json'), 'proxies/shop/web/certs.json')
  assert.equal(istiodEntry(pod, 'x.json'), 'istiods/shop/web/x.json')
  assert.equal(sentEntry(pod, 'p.shop', 'edsz.json'), 'istiods/shop/web/proxies/p.shop/edsz.json')
  assert.equal(objectsEntry('/api/v1/pods'), 'api/v1/pods.json')
  assert.equal(proxyEntry({ name: '..', namespace: 'a/b' }, 'x'), 'proxies/a%2Fb/%2E%2E/x')
  assert.equal(proxyEntry({ name: '\ud800', namespace: '.a' }, 'x'), 'proxies/%2Ea/%EF%BF%BD/x')
  assert.deepEqual(ownerOf('proxies/a%2Fb/%2E%2E/x.json'), { kind: 'proxy', namespace: 'a/b', name: '..' })
  assert.deepEqual(ownerOf('istiods/a/%/x/y'), { kind: 'istiod', namespace: 'a', name: '%' })
  for (const entry of ['proxies/a/b/', 'proxies/a/b', 'other/a/b/c', 'x/proxies/a/b/c', 'manifest.json'])
    assert.equal(ownerOf(entry), undefined, entry)
  for (const entry of [
    'manifest.json',
    'proxies/a/b/config_dump.json',
    'istiods/a/b/x.txt',
    'istiods/a/b/proxies/c.d/edsz.json',
  ])
    assert.ok(isCaptureEntry(entry), entry)
  for (const entry of [
    'x/manifest.json',
    'proxies/a/config_dump.json',
    'proxies/a/b/c.yaml',
    'proxies/a/b/A.json',
    'api/v1/pods.json',
    'proxies/a/b/c/d/e.json',
  ])
    assert.ok(!isCaptureEntry(entry), entry)
  assert.equal(capturedPages[0].path, 'config_dump?include_eds')
  assert.deepEqual(
    capturedPages.map(
      ({ name, path, file, holds, method }) => `${path.replace(name, '')} ${file} ${holds} ${method ?? 'GET'}`,
    ),
    [
      '?include_eds config_dump',
      ' server_info',
      '?format=json clusters',
      ' certs',
      '?format=json listeners',
      ' init_dump',
      '?usedonly&format=json stats',
      ' runtime',
      ' memory',
    ]
      .map((text) => `${text}.json json GET`)
      .concat([' logging.txt text POST']),
  )
})

test('a manifest is read as far as it is understood; what is missing is null, no, or nothing', () => {
  assert.equal(readManifest(null), undefined)
  assert.equal(readManifest({ format: 'other' }), undefined)
  const empty = {
    format: 'proxy-config/capture',
    version: 1,
    program: null,
    cluster: null,
    started: null,
    ended: null,
    interrupted: false,
    redaction: { secrets: false, patterns: 0 },
    proxies: [],
    istiods: [],
    fileCount: null,
    files: [],
    failures: [],
  }
  assert.deepEqual(readManifest({ format: 'proxy-config/capture' }), empty)
  const full = {
    ...empty,
    version: 2,
    program: { name: 'p', version: '1' },
    cluster: { server: 's', kubernetes: 'v1', namespace: 'n', istioNamespace: 'i', namespaces: ['a'] },
    started: 'a',
    ended: 'b',
    interrupted: true,
    redaction: { secrets: true, patterns: 3 },
    proxies: [{ name: 'p', namespace: 'n', source: 'f', version: '1', absent: ['x'], istiod: 'i', connected: false }],
    istiods: [{ name: 'i', namespace: 'n', image: 'm' }],
    fileCount: 1,
    files: [{ path: 'f', bytes: 7, sha256: 'h' }],
    failures: [{ path: 'f', reason: 'r', status: 403, message: 'm' }],
  }
  assert.deepEqual(readManifest(JSON.parse(JSON.stringify({ ...full, more: 1 }))), full)
  assert.deepEqual(
    readManifest({
      format: 'proxy-config/capture',
      version: 'x',
      interrupted: 'yes',
      cluster: {},
      proxies: [{}],
      istiods: [{}],
      files: [{ bytes: 'x' }],
      failures: [{ status: '403' }],
    }),
    {
      ...empty,
      cluster: { server: '', kubernetes: null, namespace: '', istioNamespace: '', namespaces: null },
      proxies: [{ name: '', namespace: '', source: null, version: null, absent: [], istiod: null, connected: null }],
      istiods: [{ name: '', namespace: '', image: null }],
      files: [{ path: '', bytes: 0, sha256: '' }],
      failures: [{ path: '', reason: '', status: null, message: '' }],
    },
  )
})

test('an object of the API without environments, templates, copies of itself and secret arguments', () => {
  const container = {
    name: 'c',
    env: [{ name: 'A', value: 'secret', valueFrom: { x: 1 } }, 'odd'],
    args: ['--token', 'secret', '--token', '-x', '--name', 'n', '-password', 'secret', 7],
    command: ['run', '--client-secret', 'secret'],
    env2: [{ value: 'kept' }],
  }
  const object = {
    kind: 'Pod',
    metadata: {
      name: 'p',
      managedFields: [1],
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
        'proxy.istio.io/config': 'x',
        own: 'kept',
      },
    },
    spec: { containers: [container], template: {}, jobTemplate: {}, replicas: 1 },
    status: { phase: 'Running' },
  }
  const { managedFields: _, ...metadata } = object.metadata
  assert.deepEqual(strippedObject(object), {
    kind: 'Pod',
    metadata: { ...metadata, annotations: { own: 'kept' } },
    spec: {
      containers: [
        {
          ...container,
          env: [{ name: 'A', valueFrom: { x: 1 } }, 'odd'],
          args: ['--token', '[redacted]', '--token', '-x', '--name', 'n', '-password', '[redacted]', 7],
          command: ['run', '--client-secret', '[redacted]'],
        },
      ],
      replicas: 1,
    },
    status: { phase: 'Running' },
  })
  assert.deepEqual(strippedObject({ kind: 'X', metadata: { name: 'n' } }), { kind: 'X', metadata: { name: 'n' } })
})

interface Local {
  readonly name: string
  readonly body?: string
  readonly flags?: number
  readonly method?: number
  /** How sizes are given: in the header, behind the file, or behind it as 64 bits. */
  readonly sizes?: 'header' | 'behind' | 'behind, long'
  readonly extra?: number
}

/** A file of a ZIP archive, as it lies before the directory. */
function local({ name, body = '', flags = 0, method = 0, sizes = 'header', extra = 0 }: Local): Buffer {
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(flags | (sizes === 'header' ? 0 : 8), 6)
  header.writeUInt16LE(method, 8)
  if (sizes === 'header') {
    header.writeUInt32LE(body.length, 18)
    header.writeUInt32LE(body.length + 1, 22)
  }
  header.writeUInt16LE(name.length, 26)
  header.writeUInt16LE(extra, 28)
  const long = sizes === 'behind, long'
  const behind = sizes === 'header' ? Buffer.alloc(0) : Buffer.alloc(long ? 24 : 16)
  if (sizes !== 'header') behind.write('PK\u0007\u0008', 0, 'latin1')
  if (sizes === 'behind') {
    behind.writeUInt32LE(body.length, 8)
    behind.writeUInt32LE(body.length + 1, 12)
  }
  if (long) {
    behind.writeBigUInt64LE(BigInt(body.length), 8)
    behind.writeBigUInt64LE(BigInt(body.length + 1), 16)
  }
  return Buffer.concat([header, Buffer.from(name), Buffer.alloc(extra), Buffer.from(body, 'latin1'), behind])
}

function found(...parts: readonly Buffer[]): string[] {
  const { entries, cutWithin } = readLocalEntries(inMemory(Buffer.concat(parts), undefined))
  return [
    ...entries.map(
      ({ name, at, packedSize, size, isDeflated, fault }) =>
        `${name}@${at} ${packedSize}/${size}${isDeflated ? ' deflated' : ''}${fault === undefined ? '' : ` ${fault}`}`,
    ),
    ...(cutWithin === undefined ? [] : [`cut in ${cutWithin}`]),
  ]
}

test('an archive without its directory: files by their headers and descriptors, up to where it is cut', () => {
  const a = local({ name: 'a', body: 'xyz', extra: 2 })
  const b = local({ name: 'b', body: 'four', method: 8, sizes: 'behind' })
  const c = local({ name: 'c', body: 'PK\u0007\u0008 not one', sizes: 'behind, long' })
  const d = local({ name: 'd', body: 'e', flags: 1 })
  const e = local({ name: 'e', method: 14 })
  const [atB, atC] = [a.length, a.length + b.length]
  const atD = atC + c.length
  const whole = [
    `a@0 3/4`,
    `b@${atB} 4/5 deflated`,
    `c@${atC} 12/13`,
    `d@${atD} 1/2 encrypted`,
    `e@${atD + d.length} 0/1 compression`,
  ]
  assert.deepEqual(found(a, b, c, d, e), whole)
  assert.deepEqual(found(a, b, c, d, e, Buffer.from('PK\u0001\u0002 the directory, of which thirty bytes')), whole)
  assert.deepEqual(found(), [])
  assert.deepEqual(found(a.subarray(0, -1)), ['cut in a'])
  assert.deepEqual(found(a, b.subarray(0, -1)), ['a@0 3/4', 'cut in b'])
  assert.deepEqual(found(a, c.subarray(0, -1)), ['a@0 3/4', 'cut in c'])
  assert.deepEqual(found(a, b.subarray(0, 29)), ['a@0 3/4'])
  assert.deepEqual(found(Buffer.from('no archive at all, but long enough to be one')), [])
})

test('a descriptor is found where it lies on the border of what is read at a time', () => {
  for (const length of [2 ** 20 - 8, 2 ** 20 - 1, 2 ** 20, 2 ** 20 + 1]) {
    const file = local({ name: 'f', body: 'x'.repeat(length), sizes: 'behind, long' })
    assert.deepEqual(found(file, local({ name: 'g' })), [`f@0 ${length}/${length + 1}`, `g@${file.length} 0/1`])
  }
})

test('what is refused is an error of the program', () => assert.throws(() => labelSelector('a b'), AppError))
