import assert from 'node:assert/strict'
import { test } from 'node:test'
import { levelRequests } from '../../src/admin/level-requests.ts'
import { startLevels } from '../../src/admin/start-levels.ts'
import { wantedLevels } from '../../src/admin/wanted-levels.ts'
import { UsageError } from '../../src/errors.ts'

const cases: readonly [string, readonly string[]][] = [
  ['debug', ['logging?level=debug']],
  ['warn', ['logging?level=warning']],
  ['http:debug', ['logging?http=debug']],
  ['http=debug,router:trace', ['logging?http=debug', 'logging?router=trace']],
  ['ns::http:debug', ['logging?http=debug']],
  ['level:off', ['logging?level=off']],
  ['http:trace,info', ['logging?level=info']],
  ['info,http:trace', ['logging?level=info', 'logging?http=trace']],
  ['info, http:trace', ['logging?level=info', 'logging?http=trace']],
  ['a b:trace', ['logging?a%20b=trace']],
]

for (const [text, requests] of cases) {
  test(`--level ${text}`, () => assert.deepEqual(levelRequests(wantedLevels(text)), requests))
}

test('a level that does not exist', () => {
  for (const text of ['loud', 'http:loud', 'http:', ',', 'debug,']) {
    assert.throws(() => wantedLevels(text), UsageError, text)
  }
})

test('the levels a proxy was started with', () => {
  const levels = (log_level: string, component_log_level: string) =>
    levelRequests(startLevels({ command_line_options: { log_level, component_log_level } }))
  assert.deepEqual(levels('warning', 'misc:error,http:debug'), [
    'logging?level=warning',
    'logging?misc=error',
    'logging?http=debug',
  ])
  assert.deepEqual(levels('', ''), ['logging?level=info'])
  assert.deepEqual(levelRequests(startLevels({})), ['logging?level=info'])
})
