import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RowChanges } from '../../../src/commands/row-watch/row-changes.ts'
import { watchRows } from '../../../src/commands/row-watch/watch-rows.ts'
import type { Args, Context, Run } from '../../../src/contract/command.ts'
import type { IO } from '../../../src/contract/io.ts'
import { AppError } from '../../../src/errors.ts'
import type { Cell, View, ViewRow } from '../../../src/view.ts'

const columns = [
  { header: 'ENDPOINT', key: 'endpoint' },
  { header: 'STATUS', key: 'status' },
  { header: 'AGE', key: 'age', clock: true },
] as const

function view(rows: readonly ViewRow[], shown: View['columns'] = columns): View {
  const document = () => ({ value: [] })
  return { kind: 'endpoint', columns: shown, rows, document, raw: document, notes: [], empty: '' }
}

function row(name: string, ...cells: Cell[]): ViewRow {
  return { name, cells }
}

/** What each round tells: the event and the first two cells. */
function told(...rounds: readonly (readonly ViewRow[])[]): string[][] {
  const changes = new RowChanges()
  return rounds.map((rows) =>
    [...changes.changed(view(rows)), ...changes.endRound(() => false)].map(
      ({ event, row: { cells } }) => `${event} ${cells[0]} ${cells[1]}`,
    ),
  )
}

test('a row is told again only when its state changes, which time alone does not', () => {
  const rounds = told(
    [row('c', 'a', 'HEALTHY', '1s'), row('c', 'b', 'HEALTHY', '1s')],
    [row('c', 'a', 'HEALTHY', '2s'), row('c', 'b', 'HEALTHY', '2s')],
    [row('c', 'a', 'HEALTHY', '3s'), row('c', 'b', 'UNHEALTHY', '3s')],
  )
  assert.deepEqual(rounds, [['ADDED a HEALTHY', 'ADDED b HEALTHY'], [], ['MODIFIED b UNHEALTHY']])
})

test('of rows of one name, one that goes and one that changes are not mistaken for each other', () => {
  const [, second] = told(
    [row('c', 'a', 'HEALTHY', ''), row('c', 'b', 'HEALTHY', '')],
    [row('c', 'b', 'UNHEALTHY', ''), row('c', 'new', 'HEALTHY', '')],
  )
  assert.deepEqual(second, ['MODIFIED b UNHEALTHY', 'ADDED new HEALTHY', 'DELETED a HEALTHY'])
})

test('equal rows are counted', () => {
  const twice = [row('c', 'a', 'HEALTHY', ''), row('c', 'a', 'HEALTHY', '')]
  assert.deepEqual(told(twice, twice.slice(1), twice), [
    ['ADDED a HEALTHY', 'ADDED a HEALTHY'],
    ['DELETED a HEALTHY'],
    ['ADDED a HEALTHY'],
  ])
})

test('the last row of a name that is gone is told, unless nothing was read of it', () => {
  const changes = new RowChanges()
  const rows = [{ ...row('c', 'a', 'HEALTHY', ''), proxy: 'web-1' }]
  const events = (list: ReturnType<RowChanges['endRound']>) => list.map(({ event }) => event)
  changes.changed(view(rows))
  changes.endRound(() => false)
  assert.deepEqual(events(changes.endRound(({ proxy }) => proxy === 'web-1')), [])
  assert.deepEqual(events(changes.changed(view(rows))), [], 'it was there all the time')
  changes.endRound(() => false)
  assert.deepEqual(events(changes.endRound(() => false)), ['DELETED'])
})

test('a column that comes is no change of the rows beside it; a state of its own decides alone', () => {
  const changes = new RowChanges()
  changes.changed(view([row('c', 'a', 'HEALTHY', '')]))
  changes.endRound(() => false)
  const more = [...columns, { header: 'ZONE', key: 'zone' }]
  assert.deepEqual(changes.changed(view([row('c', 'a', 'HEALTHY', '', undefined)], more)), [])
  changes.endRound(() => false)
  const own = (status: string, state: string) => [{ ...row('p', 'a', status, ''), state }]
  changes.changed(view(own('SYNCED (1s)', 'SYNCED'), more))
  assert.deepEqual(
    changes.endRound(() => true),
    [],
  )
  assert.deepEqual(changes.changed(view(own('SYNCED (2s)', 'SYNCED'), more)), [])
})

test('a round that fails half way tells none of its rows again, nor that the others are gone', async () => {
  const [first, second] = [view([row('a', 'a', 'HEALTHY', '')]), view([row('b', 'b', 'HEALTHY', '')])]
  const shown: string[] = []
  let round = 0
  const run: Run = async (_, { render }) => {
    round++
    await render(first)
    if (round === 2) throw new AppError('away')
    if (round === 4) await render(view([row('c', 'c', 'HEALTHY', '')]))
    await render(second)
    return 0
  }
  const open = new AbortController()
  const context: Partial<Context> = {
    format: { name: 'jsonl', shows: 'rows' },
    note: () => {},
    async render({ rows }) {
      shown.push(...rows.map(({ name }) => name))
      return !shown.includes('c')
    },
  }
  const io: Partial<IO> = { signal: open.signal, now: () => new Date(0) }
  await watchRows(run, argsOf(), { ...context, io } as Context)
  assert.deepEqual(shown, ['a', 'b', 'c'])
})

function argsOf(): Args {
  const none = () => undefined
  return {
    positionals: [],
    string: (name) => (name === 'watch-interval' ? '100ms' : undefined),
    strings: () => [],
    number: none,
    boolean: none,
  }
}
