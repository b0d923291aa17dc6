import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { meshPod, startMesh } from './fake-mesh.ts'

const fixture = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8')

const pages: Readonly<Record<string, string>> = {
  config_dump: fixture('authz/config_dump.json'),
  clusters: fixture('sidecar/clusters.json'),
  server_info: fixture('sidecar/server_info.json'),
  listeners: fixture('sidecar/listeners.json'),
  init_dump: fixture('sidecar/init_dump.json'),
  stats: fixture('sidecar/stats.json'),
  certs: fixture('sidecar/certs.json'),
  logging: 'active loggers:\n  admin: info\n  http: info\n',
}

/** Commands that read whatever a selector matches. */
const readers: readonly (readonly string[])[] = [
  ['clusters'],
  ['endpoints'],
  ['all', '-o', 'jsonl'],
  ['authz'],
  ['authz', '--request', 'GET /', '--port', '9080'],
  ['info'],
  ['stats'],
  ['log'],
  ['certs'],
]

test('a proxy that fails is named and hides no other', async (t) => {
  const labels = { app: 'web' }
  const mesh = await startMesh({
    pods: [meshPod('up', 'default', { labels }), meshPod('down', 'default', { labels })],
    answer: (pod, _port, path) => (pod === 'down' ? 'refused' : pages[path.split('?')[0] ?? '']),
  })
  try {
    for (const words of readers) {
      await t.test(words.join(' '), async () => {
        const { code, out, err } = await mesh.run(...words, '-l', 'app=web')
        assert.equal(code, 1)
        assert.match(err, /^error: pod default\/down: .*refused the connection/m)
        assert.doesNotMatch(err, /^error: pod default\/up/m)
        assert.match(out, words.includes('jsonl') ? /"proxy":"up\.default"/ : /^PROXY.*\n(?:.*\n)*up\.default /)
      })
    }
    await t.test('log --level', async () => {
      const { code, err } = await mesh.run('log', '--level', 'http:debug', '-l', 'app=web')
      assert.equal(code, 1)
      assert.match(err, /^error: pod default\/down: .*refused the connection/m)
      assert.match(err, /^pod default\/up: changing log levels/m)
    })
    await t.test('rootca-compare', async () => {
      const { code, err } = await mesh.run('rootca-compare', '-l', 'app=web')
      assert.equal(code, 1)
      assert.match(err, /^error: pod default\/down: .*refused the connection/m)
    })
  } finally {
    await mesh.close()
  }
})

test('a selector that matches one proxy has the shape of many', async (t) => {
  const mesh = await startMesh({
    pods: [meshPod('up', 'default', { labels: { app: 'web' } })],
    answer: (_pod, _port, path) => pages[path.split('?')[0] ?? ''],
  })
  try {
    for (const words of readers) {
      await t.test(words.join(' '), async () => {
        const { out } = await mesh.run(...words, '-l', 'app=web')
        assert.match(out, words.includes('jsonl') ? /"proxy":"up\.default"/ : /^PROXY/)
      })
    }
  } finally {
    await mesh.close()
  }
})
