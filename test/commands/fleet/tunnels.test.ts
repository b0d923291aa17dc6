import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { meshPod, startMesh } from '../fake-mesh.ts'

const folder = join(import.meta.dirname, '../../fixtures/sidecar')
const page = (name: string) => readFileSync(join(folder, `${name}.json`), 'utf8')
const pages = new Map(
  ['config_dump', 'clusters', 'certs', 'server_info', 'listeners'].map((name) => [name, page(name)]),
)
const pods = ['a', 'b', 'c'].map((name) => meshPod(name, 'default'))

for (const { words, least } of [
  { words: ['certs', '-A'], least: 2 },
  { words: ['secrets', '-A'], least: 2 },
  { words: ['endpoints', '-A'], least: 1 },
  { words: ['clusters', '-A', '--traffic'], least: 4 },
  { words: ['lint', '-A'], least: 3 },
  { words: ['info', '-A'], least: 4 },
  { words: ['all', 'a'], least: 1 },
  { words: ['secrets', 'a'], least: 2 },
  { words: ['query', 'SELECT count(*) FROM endpoints', '-A'], least: 2 },
]) {
  test(`${words.join(' ')}: one port-forward for each pod, however many pages are read`, async () => {
    const paths: string[] = []
    const mesh = await startMesh({
      pods,
      answer(_, __, path) {
        if (path === '') return undefined
        paths.push(path)
        if (path.startsWith('stats')) return '{"stats":[]}'
        return pages.get(path.split('?')[0] ?? '')
      },
    })
    try {
      const { code, out, err } = await mesh.run(...words)
      assert.notEqual(out, '', err)
      assert.ok(code === 0 || words[0] === 'lint', err)
      const opened = mesh.api.requests.filter((line) => line.startsWith('UPGRADE') && line.includes('/portforward'))
      const asked = words.includes('-A') ? pods.length : 1
      assert.ok(paths.length >= asked * least, `${paths.length} pages`)
      assert.equal(opened.length, asked, `${opened.length} for ${paths.join(' ')}`)
    } finally {
      await mesh.close()
    }
  })
}
