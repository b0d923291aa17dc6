import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { mutantsOf } from '../../scripts/mutate/mutants.ts'

function changed(source: string): string[] {
  const root = mkdtempSync(join(tmpdir(), 'mutants-'))
  writeFileSync(join(root, 'x.ts'), source)
  return mutantsOf(root, 'x.ts').map(
    ({ start, end, replacement }) => source.slice(0, start) + replacement + source.slice(end),
  )
}

test('operators, conditions and literals change, types do not', () => {
  assert.deepEqual(changed('export const f = (a: 1 | 2): boolean => a < b'), [
    'export const f = (a: 1 | 2): boolean => a <= b',
  ])
  assert.deepEqual(changed('if (a) b()'), ['if (!(a)) b()'])
  assert.deepEqual(changed('f(!a)'), ['f((a))'])
  assert.deepEqual(changed('f(true, 7)'), ['f(false, 7)', 'f(true, (8))'])
})

test('calls that change a value are left out, their opposites taken', () => {
  assert.deepEqual(changed('x.toSorted(order)'), ['x'])
  assert.deepEqual(changed('x.some(f)'), ['x.every(f)'])
  assert.deepEqual(changed('y(redact(x))'), ['y((x))'])
})

test('a table loses each entry once, a list inside a function none', () => {
  const table = "const t = new Set(['a', 'b', 'c'])"
  assert.deepEqual(changed(table), [
    "const t = new Set(['b', 'c'])",
    "const t = new Set(['a', 'c'])",
    "const t = new Set(['a', 'b', ])",
  ])
  assert.deepEqual(changed("function f() { return ['a', 'b', 'c'] }"), [])
})
