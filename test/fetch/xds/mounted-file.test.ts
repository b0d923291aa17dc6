import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { mountedFile } from '../../../src/fetch/xds/mounted-file.ts'

const mounts = (...volumeMounts: JsonObject[]) => [{ name: 'proxy', volumeMounts }]

function found(volumes: JsonObject[], containers: JsonObject[], path: string): string | undefined {
  const file = mountedFile({ containers, volumes }, 'proxy', path)
  return file === undefined ? undefined : `${file.kind} ${file.name} ${file.key}`
}

test('a Secret, a ConfigMap, and both projected into one folder', () => {
  const volumes = [
    { name: 'own', secret: { secretName: 'edge' } },
    { name: 'roots', configMap: { name: 'roots' } },
    { name: 'all', projected: { sources: [{ configMap: { name: 'some', items: [] } }, { secret: { name: 'mine' } }] } },
  ]
  const containers = mounts(
    { name: 'own', mountPath: '/etc/xds/' },
    { name: 'roots', mountPath: '/etc/xds/roots' },
    { name: 'all', mountPath: '/all' },
  )
  assert.equal(found(volumes, containers, '/etc/xds/tls.crt'), 'secrets edge tls.crt')
  assert.equal(found(volumes, containers, '/etc/xds/roots/ca.crt'), 'configmaps roots ca.crt')
  assert.equal(found(volumes, containers, '/all/tls.crt'), 'secrets mine tls.crt')
  assert.equal(found(volumes, containers, '/etc/xdsx/tls.crt'), undefined)
  assert.equal(found(volumes, containers, '/etc/ssl/ca.pem'), undefined)
})

test('items rename and select keys; subPath mounts one file', () => {
  const items = [{ key: 'tls.crt', path: 'certs/chain.pem' }]
  const volumes = [{ name: 'own', secret: { secretName: 'edge', items } }]
  const folder = mounts({ name: 'own', mountPath: '/xds' })
  assert.equal(found(volumes, folder, '/xds/certs/chain.pem'), 'secrets edge tls.crt')
  assert.equal(found(volumes, folder, '/xds/tls.crt'), undefined)
  const file = mounts({ name: 'own', mountPath: '/chain.pem', subPath: 'certs/chain.pem' })
  assert.equal(found(volumes, file, '/chain.pem'), 'secrets edge tls.crt')
})

test('what comes from elsewhere is none, also within the folder of a Secret; of several containers that of the proxy counts', () => {
  const volumes = [
    { name: 'own', secret: { secretName: 'edge' } },
    { name: 'agent', emptyDir: {} },
  ]
  const inside = mounts({ name: 'own', mountPath: '/xds' }, { name: 'agent', mountPath: '/xds/run' })
  assert.equal(found(volumes, inside, '/xds/run/tls.crt'), undefined)
  const other = { name: 'app', volumeMounts: [{ name: 'agent', mountPath: '/xds' }] }
  const own = { name: 'proxy', volumeMounts: [{ name: 'own', mountPath: '/xds' }] }
  assert.equal(found(volumes, [other, own], '/xds/tls.crt'), 'secrets edge tls.crt')
  assert.equal(found(volumes, [own, { ...other, name: 'z' }], '/xds/tls.crt'), 'secrets edge tls.crt')
})
