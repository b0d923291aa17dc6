import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { formats } from '../../src/output/index.ts'
import { wrap } from '../../src/output/table/wrap.ts'
import { displayWidth } from '../../src/output/text/display-width.ts'
import { escapeControls } from '../../src/output/text/escape.ts'
import { textUnits } from '../../src/output/text/text-units.ts'
import type { View } from '../../src/view.ts'
import { seeded } from '../analyses/diff/dumps.ts'
import { assertGolden } from '../golden.ts'
import { runProgram } from '../run-program.ts'

const dump = join(fileURLToPath(new URL('../fixtures/', import.meta.url)), 'sidecar', 'config_dump.json')
const argv = ['routes', '--file', dump, '--name', '9080', '-o', 'grid']

test('a grid of 80, 120 and 200 columns, wrapped between the parts of names', async () => {
  for (const columns of [80, 120, 200]) {
    const { out } = await runProgram(argv, { columns, env: { TERM: 'dumb' } })
    assertGolden(`formats/grid-${columns}.txt`, out)
    for (const line of out.trimEnd().split('\n')) assert.ok(displayWidth(line) <= columns, line)
  }
})

test('in a pipe a grid has 120 columns or as many as COLUMNS says, with --no-trunc as many as it takes', async () => {
  const lines = async (...more: Parameters<typeof runProgram>) => (await runProgram(...more)).out.split('\n')
  assert.equal((await lines(argv))[0]?.length, 120)
  assert.equal((await lines(argv, { env: { COLUMNS: '90' } }))[0]?.length, 90)
  assert.equal((await lines(argv, { env: { COLUMNS: 'many' } }))[0]?.length, 120)
  const whole = await lines([...argv, '--no-trunc'], { columns: 80 })
  assert.ok((whole[0]?.length ?? 0) > 200)
  assert.equal(whole.length, 2 * (8 + 1) + 1 + 1, 'a line a row, and a line between rows')
  assert.equal(
    (await lines([...argv, '--no-headers'])).some((line) => line.includes('VHOST')),
    false,
  )
})

test('a line of a cell never ends within a character or an escape, and nothing is lost but blanks', () => {
  const pieces = ['a', 'bc|', '中', '😀', 'e\u0301', '🇩🇪', '\u001b', '\u200b', '\n', ' ', ', ', 'नि', '\u{e0041}', '.']
  for (let seed = 1; seed <= 400; seed++) {
    const random = seeded(seed)
    const raw = Array.from({ length: 50 }, () => pieces[Math.floor(random() * pieces.length)] ?? '').join('')
    const text = escapeControls(raw)
    const width = 10 + Math.floor(random() * 30)
    const lines = wrap(text, width)
    for (const line of lines) {
      assert.ok(displayWidth(line) <= width, `seed ${seed}: ${line}`)
    }
    const units = (each: string) => textUnits(each).filter((unit) => unit !== ' ')
    assert.deepEqual(lines.flatMap(units), units(text), `seed ${seed}`)
  }
})

test('a grid of thousands of rows has one header, one frame, every row, and its colours', async () => {
  const rows = Array.from({ length: 1234 }, (_, at) => ({
    name: `r${at}`,
    cells: [`r${at}`, 'ERROR'],
    ...(at % 2 === 0 ? { tones: { state: 'bad' as const } } : {}),
  }))
  const nothing = () => ({ value: null })
  const view: View = {
    kind: 'x',
    columns: [
      { header: 'NAME', key: 'name' },
      { header: 'STATE', key: 'state' },
    ],
    rows,
    document: nothing,
    raw: nothing,
    notes: [],
    empty: '',
  }
  const format = formats.find(({ name }) => name === 'grid')
  assert.ok(format !== undefined)
  const out = [...(await format.render(view, { headers: true, colour: true, wrapWidth: 80 }))].join('')
  const lines = out.trimEnd().split('\n')
  assert.equal(lines.length, 2 * (1234 + 1) + 1)
  assert.deepEqual([lines[0], lines[2], lines.at(-1)], ['┌───────┬───────┐', '├───────┼───────┤', '└───────┴───────┘'])
  assert.equal(lines.filter((line) => line === '├───────┼───────┤').length, 1234)
  assert.equal(lines.filter((line) => line.includes('\u001b[31mERROR\u001b[39m')).length, 617)
  assert.equal(lines[3], '│ r0    │ \u001b[31mERROR\u001b[39m │')
})

test('a grid fits 80 columns also where there are many, and no escape is broken for it', async () => {
  const { out } = await runProgram(['secrets', '--file', dump, '-o', 'grid'], { columns: 80, env: { TERM: 'dumb' } })
  for (const line of out.trimEnd().split('\n')) assert.equal(line.length, 80, line)
  const marks = `x${'\u0301'.repeat(60)}y`
  assert.equal(wrap(marks, 10).join(''), marks)
})

test('what a cell holds is escaped in a grid as in a table', async () => {
  const evil = 'a\u001b[31m\nb\u202ec'
  const { out } = await runProgram(['clusters', '--file', '-', '-o', 'grid'], {
    stdin: JSON.stringify({
      configs: [
        {
          '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump',
          static_clusters: [
            { cluster: { '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster', name: evil } },
          ],
        },
      ],
    }),
  })
  assert.match(out, /a\^\[\[31m\\nb\\u202ec/)
  assert.doesNotMatch(out, /[\u001b\u202e]/)
})
