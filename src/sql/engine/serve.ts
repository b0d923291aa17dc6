import type { SqlReply, SqlRequest } from '../protocol.ts'
import type { SqlValue } from '../table.ts'
import { Database, SqlError } from './database.ts'
import { watchLimits } from './watch-limits.ts'

interface Streams {
  stdin(): AsyncIterable<Uint8Array>
  /** False when nobody reads any more. */
  write(text: string): Promise<boolean>
}

/** Characters of an answer that go out together, more or less. */
const batch = 256 * 1024

/**
 * Answers requests that come as lines until their end: what the program starts itself for, as a process that can be ended whatever
 * SQLite computes. @returns the exit code
 */
export async function serveSql(streams: Streams): Promise<number> {
  const reply = (answer: SqlReply) => streams.write(`${JSON.stringify(answer)}\n`)
  const sqlite = await usableSqlite()
  let database: Database | undefined
  // Why rows could not be written. Nobody waits for a reply to rows: who ends them is told.
  let broken: SqlError | undefined
  const fill = (work: () => void) => {
    if (broken !== undefined) return
    try {
      work()
    } catch (error) {
      if (!(error instanceof SqlError)) throw error
      broken = error
    }
  }
  for await (const line of linesOf(streams.stdin())) {
    // Made by this program a moment ago.
    const request = JSON.parse(line) as SqlRequest
    try {
      if (sqlite === undefined) throw new SqlError({ why: 'unsupported', what: '' })
      if (request.do === 'learn') {
        const { tables, statement } = request
        const everything = Database.create(sqlite, tables, {})
        await reply({ is: 'learned', reads: everything.learn(statement) })
      } else if (request.do === 'create') {
        database = Database.create(sqlite, request.tables, request.reads, request.file)
        await reply({ is: 'done' })
      } else if (request.do === 'open') database = Database.open(sqlite, request.file)
      else if (request.do === 'resource') fill(() => database?.addResource(request.digest, request.json))
      else if (request.do === 'rows') fill(() => database?.insert(request.table, request.rows, request.resources))
      else if (request.do === 'close') {
        if (broken !== undefined) throw broken
        database?.close(request.filled, request.indexes)
        await reply({ is: 'done' })
      } else if (database !== undefined) await answer(database, request, reply)
    } catch (error) {
      if (!(error instanceof SqlError)) throw error
      await reply(error.failure)
    }
  }
  return 0
}

async function answer(
  database: Database,
  { statement, memory }: Extract<SqlRequest, { do: 'ask' }>,
  reply: (answer: SqlReply) => Promise<boolean>,
): Promise<void> {
  watchLimits(memory)
  const { columns, rows } = database.ask(statement)
  await reply({ is: 'columns', columns })
  let waiting: (readonly SqlValue[])[] = []
  let size = 0
  for (const row of rows) {
    waiting.push(row)
    for (const value of row) size += typeof value === 'string' ? value.length : 8
    if (size < batch) continue
    if (!(await reply({ is: 'rows', rows: waiting }))) return
    waiting = []
    size = 0
  }
  await reply({ is: 'rows', rows: waiting })
  await reply({ is: 'done' })
}

/** Undefined where Node has none, or one that does not say what a statement reads (before 24.10). */
async function usableSqlite(): Promise<typeof import('node:sqlite') | undefined> {
  try {
    const sqlite = await import('node:sqlite')
    return 'setAuthorizer' in sqlite.DatabaseSync.prototype ? sqlite : undefined
  } catch {
    return undefined
  }
}

async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let pieces: Uint8Array[] = []
  for await (const chunk of input) {
    let from = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      pieces.push(chunk.subarray(from, end))
      yield Buffer.concat(pieces).toString('utf8')
      pieces = []
      from = end + 1
    }
    pieces.push(chunk.subarray(from))
  }
}
