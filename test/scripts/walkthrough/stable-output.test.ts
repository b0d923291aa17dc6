import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withOutputs } from '../../../scripts/walkthrough/blocks.ts'
import { stableOutput } from '../../../scripts/walkthrough/stable-output.ts'

const names = {
  pods: new Map([['web-844cbbddf8-4s8fm', 'web-6b9c5f7d84-x7k2p']]),
  address: (address: string) => (address === '10.77.1.6' ? '10.244.0.10' : undefined),
}

test('columns are as wide as the names, ages and addresses that take the place of others', () => {
  const table = [
    'a note of 10.77.1.6',
    'NAME                       CDS               ADDRESS     WITH EMPTY CELLS   X',
    'web-844cbbddf8-4s8fm.a     SYNCED (11m27s)   10.77.1.6                      y',
    'b-c.a                      NOT CONNECTED     10.0.0.1    z',
    'after   the table (9s)',
  ]
  assert.equal(
    stableOutput(table.join('\n'), names),
    [
      'a note of 10.244.0.10',
      'NAME                     CDS             ADDRESS       WITH EMPTY CELLS   X',
      'web-6b9c5f7d84-x7k2p.a   SYNCED (42s)    10.244.0.10                      y',
      'b-c.a                    NOT CONNECTED   10.0.0.1      z',
      'after   the table (42s)',
    ].join('\n'),
  )
})

test('times become one time; what is part of a longer address or name stays', () => {
  assert.equal(
    stableOutput(
      'at Sat, 21 Nov 2026 11:41:43 UTC, 2026-11-21T11:41:43.1Z; 110.77.1.6 10.77.1.60 web-844cbbddf8',
      names,
    ),
    'at Sat, 01 Nov 2025 09:00:00 UTC, 2025-11-01T09:00:00Z; 110.77.1.6 10.77.1.60 web-844cbbddf8',
  )
})

test('the output of each console block is put in the place of the old one, and nothing else is touched', async () => {
  const page = 'a\n```console\n$ one \\\n  two\nold\n```\nb\n```yaml\n$ three\n```\n```console\n$ four\n```\n'
  const asked: string[] = []
  const now = await withOutputs(page, async (command) => {
    asked.push(command)
    return `out ${asked.length}\n`
  })
  assert.deepEqual(asked, ['one \\\n  two', 'four'])
  assert.equal(now, page.replace('old', 'out 1').replace('four\n', 'four\nout 2\n'))
  await assert.rejects(
    withOutputs('```console\nno command\n```\n', async () => ''),
    /begins with/,
  )
})
