import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { type Lab, openLab } from '../lab.ts'

let lab: Lab
before(async () => {
  lab = await openLab()
})

const run = (...args: string[]) => lab.run(process.execPath, ['src/main.ts', ...args])

interface Folded {
  readonly presence: string
  readonly count: number
  readonly of: number
  readonly proxies: readonly string[] | null
  readonly missing: readonly string[] | null
}

const lines = <T>(text: string) =>
  text
    .trim()
    .split('\n')
    .map((line): T => JSON.parse(line))

test('a fleet folded has what its proxies have one by one', async () => {
  const filter = ['--fqdn', 'reviews.default', '--port', '9080', '-o', 'jsonl']
  const folded = lines<Folded>((await run('clusters', '-A', '--group', ...filter)).stdout)
  const single = lines<Record<string, unknown>>((await run('clusters', '-A', ...filter)).stdout)
  let rows = 0
  for (const { presence, count, of, proxies, missing, ...row } of folded) {
    const equal = single.filter((each) => Object.entries(row).every(([key, cell]) => each[key] === cell))
    const having = new Set(equal.map(({ proxy }) => proxy))
    assert.equal(count, having.size, presence)
    assert.ok(count <= of)
    for (const name of proxies ?? []) assert.ok(having.has(name), `${presence}: ${name}`)
    for (const name of missing ?? []) assert.ok(!having.has(name), `${presence}: ${name}`)
    rows += equal.length
  }
  assert.equal(rows, single.length)
})

test('who sends to an address: each proxy that istioctl finds it in', async () => {
  const { ip } = await lab.pod('app=details')
  const { stdout } = await run('endpoints', '-A', '--address', ip, '-o', 'jsonl')
  const proxies = new Set(lines<{ proxy: string }>(stdout).map(({ proxy }) => proxy))
  const { name } = await lab.pod('app=productpage')
  const theirs = await lab.run(lab.istioctl, ['proxy-config', 'endpoints', name, '--address', ip])
  assert.match(theirs.stdout, new RegExp(`^${ip.replaceAll('.', '\\.')}:`, 'm'))
  assert.ok(proxies.has(`${name}.default`), [...proxies].join(' '))
})

test('proxies that do not run are failures, and the others are there', async () => {
  const { code, stdout, stderr } = await run('routes', '-A', '--domain', 'reviews', '-o', 'csv')
  assert.equal(code, 1)
  assert.match(stderr, /^error: pod default\/offline-v1-\S+: .*refused the connection|proxies did not answer: /m)
  assert.match(stdout, /^productpage-v1-[^,]+\.default,/m)
})

test('a context that cannot be reached and a user who may not list hide no other', async () => {
  const { code, stdout, stderr } = await run('clusters', '-l', 'app=reviews', '--contexts', 'local,dev,down')
  assert.equal(code, 1)
  assert.match(stdout, /^local\/reviews-v1-\S+\.default /m)
  assert.match(stderr, /^error: context dev: Error from server \(Forbidden\)/m)
  assert.match(stderr, /^error: context down: The connection to the server \S+ was refused/m)
})
