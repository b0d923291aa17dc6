import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { type Lab, openLab } from './lab.ts'

let lab: Lab
before(async () => {
  lab = await openLab()
})

const log = (...args: string[]) => lab.run(process.execPath, ['src/main.ts', 'log', ...args])

test('the levels are istioctl’s', async () => {
  const { name } = await lab.pod('app=details')
  const [ours, theirs] = await Promise.all([
    log(name, '-o', 'csv', '--no-headers'),
    lab.run(lab.istioctl, ['proxy-config', 'log', name]),
  ])
  const expected = theirs.stdout.split('\n').filter((line) => line.startsWith('  '))
  assert.ok(expected.length > 50)
  assert.deepEqual(
    ours.stdout
      .trim()
      .split(/\r?\n/)
      .map((line) => line.replace(/^[^,]*,/, '')),
    expected.map((line) => line.trim().replace(': ', ',')),
  )
})

test('a level is changed on every pod of a selector, and reset', async () => {
  const changed = await log('-l', 'app=reviews', '--level', 'http:debug')
  const pods = changed.stdout.match(/^reviews-v\d\S+\.default +http +warning +debug$/gm)
  const reset = await log('deploy/reviews-v1', 'deploy/reviews-v2', '--reset', '-o', 'csv', '--no-headers')
  assert.equal(pods?.length, 2, changed.stdout + changed.stderr)
  assert.match(changed.stderr, /changing log levels of the running proxy/)
  assert.deepEqual(
    reset.stdout
      .trim()
      .split(/\r?\n/)
      .map((line) => line.replace(/^[^,]*,/, '')),
    ['http,debug,warning', 'http,debug,warning'],
  )
})

test('through exec, where port-forward is forbidden', async () => {
  const { name } = await lab.pod('app=details')
  const { code, stdout, stderr } = await log(name, '--context', 'execonly', '--level', 'http:debug')
  const reset = await log(name, '--context', 'execonly', '--reset')
  assert.equal(code, 0, stderr)
  assert.match(stdout, /^http +warning +debug$/m)
  assert.match(reset.stdout, /^http +debug +warning$/m)
})
