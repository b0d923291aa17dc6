import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { AppError } from '../../../src/errors.ts'
import type { KubeCluster } from '../../../src/fetch/kube/kube-cluster.ts'
import { certificates, podReader, tokenOf } from '../../../src/fetch/xds/credentials.ts'
import { findServer } from '../../../src/fetch/xds/find-server.ts'
import { parseAddress } from '../../../src/fetch/xds/open-address.ts'
import type { AdsQuery } from '../../../src/mesh/ads.ts'
import { ApiError } from '../../../src/mesh/api/api-error.ts'

test('an address: its host, its port or the usual one', () => {
  for (const [text, expected] of [
    ['a', 'a 1'],
    ['a:2', 'a 2'],
    ['10.0.0.1:3', '10.0.0.1 3'],
    ['[::1]', '::1 1'],
    ['[::1]:4', '::1 4'],
  ] as const) {
    const { host, port } = parseAddress(text, 1)
    assert.equal(`${host} ${port}`, expected)
  }
  for (const text of ['', ':1', 'a:', 'a:b', '::1'])
    assert.throws(() => parseAddress(text, 1), { message: `"${text}" is not an address: expected HOST:PORT` })
})

const pod = (name: string, more: object = {}) => ({
  name,
  namespace: 'sys',
  phase: 'Running',
  ready: true,
  containers: [{ ports: [{ name: 'xds', port: 18000 }] }],
  ...more,
})

interface World {
  readonly objects?: Readonly<Record<string, JsonObject | number>>
  readonly pods?: readonly object[]
}

function clusterOf({ objects = {}, pods = [] }: World, lists: unknown[] = []): KubeCluster {
  return {
    get: async (path: string) => {
      const found = objects[path] ?? 404
      if (typeof found === 'number') throw new ApiError(found, `status ${found}`)
      return found
    },
    list: async (query: unknown) => {
      lists.push(query)
      return pods
    },
  } as unknown as KubeCluster
}

const queryOf = (host: string, port: number, options: object = {}, access: object = {}) =>
  ({
    pod: { name: 'web', namespace: 'shop' },
    server: { host, port, certificates: {}, metadata: { sent: {}, hidden: [] } },
    options,
    access,
  }) as unknown as AdsQuery

async function found(world: World, host: string, options: object = {}, lists: unknown[] = []): Promise<string> {
  try {
    const { name, namespace, port } = await findServer(clusterOf(world, lists), queryOf(host, 15010, options))
    return `${name}.${namespace}:${port}`
  } catch (error) {
    assert.ok(error instanceof AppError)
    return error.message
  }
}

const service = (targetPort: unknown, selector: object = { app: 'istiod', x: 1 }): JsonObject =>
  JSON.parse(
    JSON.stringify({
      spec: {
        selector,
        ports: [
          { port: 1, targetPort: 2 },
          { port: 15010, targetPort },
        ],
      },
    }),
  )
const at = (name: string, namespace: string) => `/api/v1/namespaces/${namespace}/services/${name}`

test('the pod of a control plane: behind the Service that a bootstrap names, or at its address', async () => {
  const lists: unknown[] = []
  const world = (targetPort: unknown, ...pods: readonly object[]) => ({
    objects: { [at('istiod', 'sys')]: service(targetPort), [at('istiod', 'shop')]: service(7) },
    pods,
  })
  assert.equal(await found(world(15011, pod('a'), pod('b')), 'istiod.sys.svc.cluster.local', {}, lists), 'a.sys:15011')
  assert.deepEqual(lists, [{ namespace: 'sys', selector: 'app=istiod,x=1' }])
  assert.equal(await found(world('xds', pod('a')), 'istiod.sys'), 'a.sys:18000')
  assert.equal(await found(world('other', pod('a')), 'istiod.sys'), 'a.sys:15010')
  assert.equal(await found(world(undefined, pod('a')), 'istiod.sys.svc'), 'a.sys:15010')
  assert.equal(await found(world(1, pod('a')), 'istiod'), 'a.sys:7', 'in the namespace of the proxy')
  assert.equal(await found(world(1, pod('a')), 'istiod.sys', { port: 9 }), 'a.sys:9')
  assert.equal(await found(world(1, pod('a', { ready: false }), pod('b')), 'istiod.sys'), 'b.sys:1')
  assert.equal(
    await found(world(1, pod('a', { phase: 'Pending' }), pod('b', { ready: false })), 'istiod.sys'),
    'b.sys:1',
  )
  assert.equal(
    await found(world(1, pod('a', { phase: 'Failed' })), 'istiod.sys'),
    'no pod of the control plane runs: Service "istiod" in namespace "sys" has none',
  )
  assert.equal(
    await found({}, 'istiod.sys'),
    `the proxy's control plane is Service "istiod" in namespace "sys", which does not exist`,
  )
  assert.equal(await found({ objects: { [at('istiod', 'sys')]: 403 } }, 'istiod.sys'), 'status 403')
  assert.equal(
    await found({ objects: { [at('istiod', 'sys')]: service(1, {}) } }, 'istiod.sys'),
    'Service "istiod" in namespace "sys" selects no pods',
  )
  assert.equal(await found({}, 'xds.example.com'), `the control plane's name "xds.example.com" is not one of a Service`)
  lists.length = 0
  assert.equal(await found({ pods: [pod('a')] }, '10.0.0.1', {}, lists), 'a.sys:15010')
  assert.deepEqual(lists, [{ namespace: '', fieldSelector: 'status.podIP=10.0.0.1' }])
  assert.equal(await found({}, '10.0.0.1'), 'no pod of the control plane runs: the address 10.0.0.1 has none')
})

test('certificates: of files, else of the Secret that the pod has mounted', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'xds-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'a.pem')
  writeFileSync(file, ' PEM \n')
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const [podPath, secretPath] = ['/api/v1/namespaces/shop/pods/web', '/api/v1/namespaces/shop/secrets/certs']
  const withVolume: JsonObject = {
    spec: {
      volumes: [
        { name: 'other', secret: { secretName: 'no' } },
        { name: 'v', secret: { secretName: 'certs' } },
      ],
    },
  }
  const data = { 'ca.crt': base64('CA'), 'tls.crt': base64('CERT'), 'tls.key': base64('KEY') }
  const of = async (
    objects: World['objects'] = {},
    options: object = {},
    access: object = { certificateVolume: 'v' },
  ) => {
    try {
      const [cluster, query] = [clusterOf({ objects }), queryOf('h', 1, options, access)]
      const read = await certificates(cluster, query, podReader(cluster, query.pod))
      return Object.entries(read)
        .map(([name, value]) => `${name}=${value}`)
        .join(' ')
    } catch (error) {
      assert.ok(error instanceof AppError)
      return `${error.message}${error.hint?.includes('--xds-ca') ? ' (files)' : ''}`
    }
  }
  assert.equal(await of({ [podPath]: withVolume, [secretPath]: { data } }), 'ca=CA cert=CERT key=KEY')
  assert.equal(await of({ [podPath]: { spec: {} } }), '')
  assert.equal(await of({}, {}, {}), '')
  const roots: JsonObject = { spec: { volumes: [{ name: 'v', configMap: { name: 'roots' } }] } }
  const rootsPath = '/api/v1/namespaces/shop/configmaps/roots'
  assert.equal(await of({ [podPath]: roots, [rootsPath]: { data: { 'ca.crt': 'CA' } } }), 'ca=CA')
  assert.equal(
    await of({ [podPath]: roots, [rootsPath]: { data: {} } }),
    'ConfigMap "roots" in namespace "shop" lacks ca.crt (files)',
  )
  for (const missing of Object.keys(data)) {
    const part = Object.fromEntries(Object.entries(data).filter(([name]) => name !== missing))
    assert.equal(
      await of({ [podPath]: withVolume, [secretPath]: { data: part } }),
      'Secret "certs" in namespace "shop" lacks ca.crt, tls.crt or tls.key (files)',
    )
  }
  const where = `the proxy's certificates are in Secret "certs" of namespace "shop"`
  assert.equal(await of({ [podPath]: withVolume, [secretPath]: 403 }), `${where}: status 403 (files)`)
  assert.equal(await of({ [podPath]: withVolume }), `${where}: status 404 (files)`)
  assert.equal(await of({ [podPath]: withVolume, [secretPath]: 500 }), 'status 500')
  assert.equal(await of({}, { caFile: file }), 'ca= PEM \n')
  assert.equal(await of({}, { certificateFile: file, keyFile: file }), 'cert= PEM \n key= PEM \n')
  for (const options of [{ certificateFile: file }, { keyFile: file }])
    assert.equal(await of({}, options), '--xds-cert and --xds-key go together')
  assert.match(await of({}, { caFile: `${file}x` }), /^cannot read ".*a\.pemx": /)
  assert.deepEqual([tokenOf(file), tokenOf(undefined)], ['PEM', undefined])
})
