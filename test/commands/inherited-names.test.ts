import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { runProgram } from '../run-program.ts'

/** What every object of JavaScript has: a table that is looked up by words of others must not find it. */
const word = 'constructor'

/** The output for a captured dump in which all texts of this field are that word. */
async function withWord(fixture: string, field: string, command: string) {
  const captured = readFileSync(`test/fixtures/${fixture}/config_dump.json`, 'utf8')
  let replaced = 0
  const stdin = JSON.stringify(
    JSON.parse(captured, (key, value) => {
      if (typeof value !== 'string' || key !== field) return value
      replaced++
      return word
    }),
  )
  assert.ok(replaced > 0, `${fixture} has ${field}`)
  return (await runProgram([command, '--file', '-'], { stdin })).out
}

test('words of a dump are only words', async () => {
  assert.match(await withWord('sidecar', 'response_code', 'routes'), / redirect constructor \/reviews\/0$/m)
  assert.match(await withWord('authz', 'name', 'authz'), / header constructor GET or HEAD, /)
})

test('words of a user are only words', async () => {
  const file = ['--file', 'test/fixtures/sidecar/config_dump.json']
  const scheme = await runProgram(['trace', ...file, `${word}://reviews:9080/`])
  assert.match(scheme.err, /^error: cannot trace constructor:/m)
  for (const command of [['log'], ['ztunnel', 'log']]) {
    const { err } = await runProgram([...command, '--url', 'http://127.0.0.1:1', '--level', word])
    assert.match(err, /^error: unrecognized logging level: constructor$/m)
  }
})
