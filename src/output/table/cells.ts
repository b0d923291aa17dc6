import { type Cell, cellValue, type Tone, type View, type ViewColumn, type ViewRow } from '../../view.ts'
import { escapeControls } from '../text/escape.ts'

/** A table as texts: what its columns are called, and of each row the cells that are shown. */
export interface TableCells {
  readonly columns: readonly ViewColumn[]
  readonly headers: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** The tone of a cell that is shown. */
  toneAt(row: number, column: number): Tone | undefined
}

/** @param all also the columns of `-o wide` */
export function tableCells(view: View, all: boolean): TableCells {
  const shown = view.columns.map((column, index) => ({ column, index })).filter(({ column }) => all || !column.wide)
  return {
    columns: shown.map(({ column }) => column),
    headers: shown.map(({ column }) => column.header),
    rows: view.rows.map(({ cells }) => shown.map(({ column, index }) => cellText(cells[index], column))),
    toneAt: (row, column) => toneOf(view.rows[row], shown[column]?.column),
  }
}

function toneOf(row: ViewRow | undefined, column: ViewColumn | undefined): Tone | undefined {
  return row?.tones === undefined || column === undefined ? undefined : row.tones[column.key]
}

/** Whether its cells are texts, which can be shortened and stay readable; a number cannot. */
export function isText({ types = ['string'] }: ViewColumn): boolean {
  return types.includes('string')
}

/** As kubectl does, every cell holds something, so that a column keeps its place for awk. */
const noValue = '<none>'

function cellText(cell: Cell, { missing = noValue }: ViewColumn): string {
  const value = cellValue(cell)
  if (value === undefined) return missing
  const text = escapeControls(String(value))
  return text.trim() === '' ? missing : text
}
