import type { Context } from '../../contract/command.ts'
import { AppError } from '../../errors.ts'
import type { SqlConnection } from '../../sql/client/sql-connection.ts'
import type { SqlFailure } from '../../sql/protocol.ts'
import type { SqlValue } from '../../sql/table.ts'
import type { ViewColumn } from '../../view.ts'
import { answerColumns, answerView } from './answer-view.ts'

/** Bytes that a statement may take besides the rows that it reads. */
const statementMemory = 2 ** 30

/** Rows of an answer that is printed as a whole. */
const maxRows = 1_000_000

interface Showing {
  readonly context: Context
  readonly isSorted: boolean
}

/**
 * Runs a statement and prints its answer: row by row where the format allows it, else at the end.
 * @returns why the statement failed, undefined when it did not
 * @throws AppError when it takes too long, too much memory, or has more rows than a table can hold
 */
export async function showAnswer(
  database: SqlConnection,
  statement: string,
  { context, isSorted }: Showing,
): Promise<SqlFailure | undefined> {
  await database.send({ do: 'ask', statement, memory: statementMemory })
  const { name } = context.format
  const isStreamed = (name === 'jsonl' || name === 'csv') && !isSorted
  let columns: readonly ViewColumn[] = []
  const kept: (readonly SqlValue[])[] = []
  let parts = 0
  for (;;) {
    const reply = await database.next()
    if (reply.is === 'failed') return reply
    if (reply.is === 'columns') columns = answerColumns(reply.columns)
    else if (reply.is === 'rows' && isStreamed) {
      if (!(await context.render(answerView(columns, reply.rows), parts === 0 ? 'first' : 'next'))) return undefined
      parts += 1
    } else if (reply.is === 'rows') {
      for (const row of reply.rows) kept.push(row)
      if (kept.length > maxRows)
        throw new AppError(`the answer has more than ${maxRows.toLocaleString('en')} rows`, {
          hint: 'Add LIMIT, or use -o jsonl or -o csv, which print rows as they are found.',
        })
    } else break
  }
  if (!isStreamed) await context.render(answerView(columns, kept))
  return undefined
}
