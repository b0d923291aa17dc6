import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withProgressLine } from '../../src/cli/run/progress-line.ts'
import type { IO } from '../../src/contract/io.ts'

const erase = '\r\u001b[K'

function terminal(settings: { readonly stderrIsTTY?: boolean; readonly TERM?: string } = {}) {
  const seen = { out: '', err: '' }
  let moment = 0
  const io: IO = {
    env: { TERM: settings.TERM ?? 'xterm' },
    cwd: '/',
    invokedAs: 'kubectl-proxy_config',
    async *stdin() {},
    stdinIsTTY: true,
    stderrIsTTY: settings.stderrIsTTY ?? true,
    stdoutColumns: undefined,
    async write(text) {
      seen.out += text
      return true
    },
    warn(text) {
      seen.err += text
    },
    now: () => new Date(moment),
    pageTemplate: () => assert.fail('no page is written'),
    self: ['none'],
    signal: new AbortController().signal,
  }
  const pass = (milliseconds: number) => {
    moment += milliseconds
  }
  return { seen, ...withProgressLine(io, io.signal), pass }
}

test('what is over within a second shows nothing', () => {
  const { seen, progress, pass, endProgress } = terminal()
  progress.doing('reading a.json')
  pass(900)
  progress.doing('reading a.json, 9 MB')
  endProgress()
  assert.deepEqual(seen, { out: '', err: '' })
})

test('one line, drawn over itself, says what goes on', () => {
  const { seen, progress, pass, endProgress } = terminal()
  progress.doing('asking pod default/web')
  pass(1000)
  progress.received(12_400_000)
  assert.equal(seen.err, `${erase}asking pod default/web (12 MB, 1 s)`)
  pass(100)
  progress.received(1_000_000)
  assert.equal(seen.err.split(erase).length, 2, 'five times a second is enough')
  pass(1900)
  progress.done(3, 120, 'proxies')
  assert.ok(seen.err.endsWith(`${erase}proxies: 3 of 120 (13 MB, 3 s)`), seen.err)
  pass(1000)
  progress.done(9, 120, 'proxies', 2)
  assert.ok(seen.err.endsWith(`${erase}proxies: 9 of 120, 2 failed (13 MB, 4 s)`), seen.err)
  endProgress()
  assert.ok(seen.err.endsWith(erase))
})

test('a note takes the line’s place, data ends it', async () => {
  const { seen, progress, pass, warn, write } = terminal()
  progress.doing('reading a.json')
  pass(2000)
  progress.doing('reading a.json, 1 MB')
  warn('pod x did not answer\n')
  assert.equal(seen.err, `${erase}reading a.json, 1 MB (2 s)${erase}pod x did not answer\n`)
  pass(2000)
  progress.doing('reading a.json, 2 MB')
  await write('NAME\n')
  pass(2000)
  progress.doing('reading a.json, 3 MB')
  assert.ok(seen.err.endsWith(`reading a.json, 2 MB (4 s)${erase}`), seen.err)
  assert.equal(seen.out, 'NAME\n')
})

test('nothing of it where nobody looks', () => {
  for (const settings of [{ stderrIsTTY: false }, { TERM: 'dumb' }]) {
    const { seen, progress, pass } = terminal(settings)
    progress.doing('reading a.json')
    pass(5000)
    progress.doing('reading a.json')
    assert.equal(seen.err, '')
  }
})

test('a long or hostile name stays on its line', () => {
  const { seen, progress, pass } = terminal()
  progress.doing('')
  pass(1000)
  progress.doing(`reading ${'\u001b[2J'.repeat(60)}`)
  const line = seen.err.slice(erase.length)
  assert.equal(line.length, 79)
  assert.match(line, /^reading \^\[\[2J.*… \(1 s\)$/)
})
