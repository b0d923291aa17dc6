import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commands } from '../../src/commands/index.ts'
import { assertGolden } from '../golden.ts'
import { runProgram } from '../run-program.ts'

test('help of the program, of every command, and the global flags', async () => {
  assertGolden('help/program.txt', (await runProgram(['--help'])).out)
  assertGolden('help/global-options.txt', (await runProgram(['options'])).out)
  for (const { name, hidden } of commands) {
    if (hidden) continue
    const { code, out, err } = await runProgram([name, '--help'])
    assert.deepEqual({ code, err }, { code: 0, err: '' })
    assertGolden(`help/${name}.txt`, out)
  }
})

test('help is found from everywhere', async () => {
  const { out } = await runProgram(['clusters', '--help'])
  for (const argv of [
    ['help', 'clusters'],
    ['c', '-h'],
    ['--help', 'clusters'],
    ['clusters', 'pod', '-n', 'x', '-h'],
  ]) {
    assert.equal((await runProgram(argv)).out, out, argv.join(' '))
  }
  assert.match((await runProgram(['--version'])).out, /^kubectl proxy-config \d+\.\d+\.\d+\n$/)
})

test('every command has an example that names it, and every flag a description', () => {
  for (const { name, examples, options, hidden } of commands) {
    if (hidden) continue
    assert.ok(examples.length > 0, name)
    for (const { command } of examples)
      assert.match(
        command,
        new RegExp(name === 'status' ? 'kubectl proxy-(?:config )?status\\b' : `kubectl proxy-config ${name}\\b`),
      )
    for (const { name: flag, describe } of options) {
      assert.match(describe, /^\S.*[^.]$/s, `${name} --${flag}`)
    }
  }
})
