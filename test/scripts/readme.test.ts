import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readmeParts, withParts } from '../../scripts/readme/parts.ts'
import { commands } from '../../src/commands/index.ts'
import { runProgram } from '../run-program.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const path = join(root, 'README.md')

test('the generated parts of the README are what the program says today', async () => {
  const text = readFileSync(path, 'utf8')
  const parts = await readmeParts(root, async (argv) => (await runProgram(argv)).out)
  const expected = withParts(text, parts)
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, expected)
  else assert.equal(text, expected, 'README.md is stale: UPDATE_GOLDEN=1 npm test')
})

test('every command that the README shows exists', () => {
  const known = new Set(commands.flatMap(({ name, aliases }) => [name, ...aliases]))
  const shown = [...readFileSync(path, 'utf8').matchAll(/kubectl proxy-config ([a-z][a-z-]+)/g)].map(
    ([, name = '']) => name,
  )
  assert.ok(shown.length > 5)
  assert.deepEqual(
    shown.filter((name) => !known.has(name)),
    [],
  )
})
