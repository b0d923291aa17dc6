import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json, JsonObject } from '../../../src/envoy/json.ts'
import { AppError } from '../../../src/errors.ts'
import { dumpWithin } from '../../../src/fetch/capture/foreign/dump-within.ts'
import type { StoredFiles } from '../../../src/fetch/capture/format/stored-files.ts'
import type { CaptureFile } from '../../../src/fetch/capture/saved/capture-file.ts'
import { savedApi } from '../../../src/fetch/capture/saved/saved-api.ts'
import { ApiError } from '../../../src/mesh/api/api-error.ts'

interface Saved {
  /** Files by name. */
  readonly files?: Readonly<Record<string, Json>>
  readonly failures?: Readonly<Record<string, { readonly status: number | null; readonly message: string }>>
  /** The namespaces that were captured; null for all, absent without a manifest. */
  readonly namespaces?: readonly string[] | null
  readonly interrupted?: boolean
}

function captureOf({ files = {}, failures = {}, namespaces, interrupted = false }: Saved): CaptureFile {
  return {
    label: 'FILE',
    names: Object.keys(files),
    manifest: namespaces === undefined ? undefined : { cluster: { namespaces }, interrupted },
    has: (name: string) => Object.hasOwn(files, name),
    failure: (name: string) => failures[name],
    document: async (name: string) => files[name],
  } as unknown as CaptureFile
}

const object = (name: string, namespace: string, labels: object = {}) => ({ metadata: { name, namespace, labels } })
const list = (...items: readonly object[]) => ({ items: JSON.parse(JSON.stringify(items)) })
const pods = { 'api/v1/pods.json': list(object('a', 'x', { app: 'web' }), object('b', 'x'), object('a', 'y')) }

/** What a path is answered with: names of a list, a name, or the error. */
async function asked(
  saved: Saved,
  path: string,
  more: ReadonlyMap<string, readonly JsonObject[]> = new Map(),
): Promise<string> {
  try {
    const answer = await savedApi(captureOf(saved), more).get(path)
    const items = answer.items
    const name = (each: Json | undefined) => Reflect.get(Object(Reflect.get(Object(each), 'metadata')), 'name')
    return Array.isArray(items)
      ? items
          .map((each) => `${name(each)}.${Reflect.get(Object(Reflect.get(Object(each), 'metadata')), 'namespace')}`)
          .join(' ')
      : `one ${name(answer)}`
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error))
    return `${error.status} ${error.message}`
  }
}

test('lists and objects of a capture, by namespace, name, labels and fields', async () => {
  for (const [path, expected] of [
    ['/api/v1/pods', 'a.x b.x a.y'],
    ['/api/v1/namespaces/x/pods', 'a.x b.x'],
    ['/api/v1/namespaces/none/pods', ''],
    ['/api/v1/namespaces/y/pods/a', 'one a'],
    ['/api/v1/namespaces/y/pods/b', '404 Error from server (NotFound): pods "b" not found'],
    ['/api/v1/pods?labelSelector=app%3Dweb', 'a.x'],
    ['/api/v1/pods?labelSelector=!app', 'b.x a.y'],
    ['/api/v1/pods?fieldSelector=metadata.name%3Da', 'a.x a.y'],
    ['/api/v1/pods?fieldSelector=metadata.name%3Da&labelSelector=app', 'a.x'],
    ['/nothing', '404 the server could not find the requested resource'],
    ['/api/v1/namespaces/x/pods/a/log', '404 the server could not find the requested resource'],
  ] as const)
    assert.equal(await asked({ files: pods }, path), expected, path)
  const deployments = { 'apis/apps/v1/deployments.json': list(object('d', 'x')) }
  assert.equal(
    await asked({ files: deployments }, '/apis/apps/v1/namespaces/x/deployments/e'),
    '404 Error from server (NotFound): deployments.apps "e" not found',
  )
  assert.equal(
    await asked({ files: { 'api/v1/namespaces.json': list({ metadata: { name: 'x' } }) } }, '/api/v1/namespaces/x'),
    'one x',
  )
})

test('where namespaces were listed one by one, all that there is of them', async () => {
  const files = {
    'api/v1/namespaces/x/pods.json': list(object('a', 'x')),
    'api/v1/namespaces/y/pods.json': list(object('b', 'y')),
    'api/v1/namespaces/y/services.json': list(object('s', 'y')),
  }
  assert.equal(await asked({ files }, '/api/v1/pods'), 'a.x b.y')
  assert.equal(await asked({ files }, '/api/v1/namespaces/y/pods'), 'b.y')
  assert.equal(await asked({ files }, '/api/v1/namespaces/z/pods'), '503 FILE holds no pods')
})

test('objects that are known without the API server go behind its own', async () => {
  const more = new Map([
    ['/api/v1/pods', JSON.parse(JSON.stringify([object('a', 'x'), object('c', 'x'), object('d', 'y')]))],
  ])
  assert.equal(await asked({ files: pods }, '/api/v1/namespaces/x/pods', more), 'a.x b.x c.x')
  assert.equal(await asked({}, '/api/v1/pods', more), 'a.x c.x d.y')
  assert.equal(await asked({}, '/api/v1/namespaces/none/pods', more), '')
})

test('why a list is not there: refused, not existing, or not captured', async () => {
  const path = '/api/v1/namespaces/x/pods'
  const [own, whole] = ['api/v1/namespaces/x/pods.json', 'api/v1/pods.json']
  assert.equal(await asked({ failures: { [own]: { status: 403, message: 'forbidden' } } }, path), '403 forbidden')
  assert.equal(await asked({ failures: { [whole]: { status: 403, message: 'forbidden' } } }, path), '403 forbidden')
  assert.equal(
    await asked({ failures: { [own]: { status: null, message: 'timeout' } } }, path),
    '503 FILE holds no pods: timeout',
  )
  const missing = '404 Error from server (NotFound): the server could not find the requested resource'
  const unknown = '503 FILE holds no pods'
  for (const [saved, expected] of [
    [{}, unknown],
    [{ namespaces: null }, missing],
    [{ namespaces: null, interrupted: true }, unknown],
    [{ namespaces: ['x'] }, missing],
    [{ namespaces: ['y'] }, unknown],
  ] as const)
    assert.equal(await asked(saved, path), expected, JSON.stringify(saved))
  assert.equal(await asked({ namespaces: ['x'] }, '/api/v1/pods'), unknown)
})

test('whose a loose dump is: by its node, else by its path', async () => {
  const within = async (name: string, text: string) => {
    const files = { names: [name], read: async () => Buffer.from(text) } as unknown as StoredFiles
    const found = await dumpWithin(files, name)
    return found && `${found.place.name}.${found.place.namespace}${found.isIstio ? ' istio' : ''}`
  }
  const node = (id: string) => `{"configs":[{"bootstrap":{"node":{"id":"${id}"}}}]}`
  for (const [name, text, expected] of [
    ['a.json', node('sidecar~10.0.0.1~web-1.shop~shop.svc'), 'web-1.shop istio'],
    ['a.json', node('sidecar~10.0.0.1~web~shop.svc'), 'sidecar-10-0-0-1-web-shop-svc.default'],
    ['a.json', node('~~a.b~~'), 'a-b.default'],
    ['ns/a.json', node('my.node'), 'my-node.ns'],
    ['ns/pod/config_dump.json', '{"configs":[]}', 'pod.ns'],
    ['x/ns/pod/config-dump.txt', '{"configs":[]}', 'pod.ns'],
    ['./pod.1/config_dump.json', '{"configs":[]}', 'pod-1.default'],
    ['ns/web.yaml', 'configs:\n- x', 'web.ns'],
    ['web.yml', 'configs:\n- bootstrap:\n    node:\n      id: abc\n', 'abc.default'],
    ['....json', '{"configs":[]}', 'proxy.default'],
    ['config_dump', '{"configs":[]}', 'config_dump.default'],
    ['a.log', '{"configs":[]}', undefined],
    ['a.json', '{"other":[]}', undefined],
  ] as const)
    assert.equal(await within(name, text), expected, name)
  const broken = {
    read: async () => {
      throw new AppError('broken')
    },
  } as unknown as StoredFiles
  assert.equal(await dumpWithin(broken, 'a.json'), undefined)
  const defect = {
    read: async () => {
      throw new TypeError('defect')
    },
  } as unknown as StoredFiles
  await assert.rejects(dumpWithin(defect, 'a.json'), TypeError)
})
