import { AppError, UsageError } from '../../errors.ts'
import type { SqlFailure } from '../../sql/protocol.ts'
import { tableNames } from './schema/schema-views.ts'

/** A failure of the database as an error of the program, with the place in the statement. */
export function sqlError({ why, what, at }: SqlFailure, statement: string, file: string | undefined): AppError {
  switch (why) {
    case 'none':
      return new UsageError("query needs a statement, such as 'SELECT * FROM proxies'")
    case 'several':
      return new UsageError('query runs one statement at a time: leave out what follows the first')
    case 'refused':
      return new AppError(`query only reads, with SELECT: ${what} is refused`)
    case 'unfilled':
      return new AppError(`${file ?? 'the database'} holds no table ${what}: it was made without`)
    case 'unsupported':
      return new AppError('query needs a Node with SQLite, 24.10 or newer; the packaged program has it')
    case 'newer':
      return new AppError(`${file ?? ''} was made by a later version of this program`, {
        hint: 'Ask it with that version, or make it anew: query --db FILE with a selection.',
      })
    case 'database':
      return what === ''
        ? new AppError(`${file ?? ''} is no database of query`, { hint: 'query --db FILE with a selection makes one' })
        : new AppError(`${file ?? ''} cannot be used: ${what}`)
    case 'statement':
      return new AppError(`${what}${at === undefined ? '' : placeText(statement, at)}`, { hint: hintFor(what) })
  }
}

function placeText(statement: string, at: number): string {
  const lines = statement.slice(0, at).split('\n')
  const column = [...(lines.at(-1) ?? '')].length + 1
  return lines.length === 1 && !statement.includes('\n')
    ? ` (at character ${column} of the statement)`
    : ` (at line ${lines.length}, character ${column} of the statement)`
}

function hintFor(message: string): string | undefined {
  if (message.startsWith('no such table')) return `The tables are: ${tableNames()}`
  if (message.startsWith('no such column'))
    return "kubectl proxy-config query '.schema TABLE' lists the columns of a table"
  return undefined
}
