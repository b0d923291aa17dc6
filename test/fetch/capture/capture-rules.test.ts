import assert from 'node:assert/strict'
import { test } from 'node:test'
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
import { faultTexts, nameFault } from '../../../src/fetch/saved/entry-name.ts'

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

test('what is refused is an error of the program', () => assert.throws(() => labelSelector('a b'), AppError))
