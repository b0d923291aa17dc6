import type { Args, Context } from '../../contract/command.ts'
import { durationOption } from '../../contract/duration-option.ts'
import { captureOf, isNamedByFlag, selectionOf } from '../../contract/selection.ts'
import { exitCode, UsageError } from '../../errors.ts'
import { newDatabaseFile, requireDatabaseFile } from '../../sql/client/database-file.ts'
import { SqlConnection } from '../../sql/client/sql-connection.ts'
import type { SqlReply, SqlRequest } from '../../sql/protocol.ts'
import { fillTables } from './fill/fill-tables.ts'
import { pageOf } from './fill/proxy-rows.ts'
import { examples } from './schema/examples.ts'
import { examplesView, schemaView, tableNames, tablesView } from './schema/schema-views.ts'
import { everything, tables } from './schema/tables.ts'
import { showAnswer } from './show-answer.ts'
import { sqlError } from './sql-errors.ts'

/** What a statement asks, and of what. */
interface Asked {
  /** Empty where the rows are only kept. */
  readonly statement: string
  readonly targets: readonly string[]
  /** Where all of it is kept. */
  readonly file: string | undefined
  /** Milliseconds. */
  readonly timeout: number
}

/** Answers a statement over proxies, or over what was kept of them; or shows what can be asked. */
export async function showQuery(args: Args, context: Context): Promise<number> {
  if (args.boolean('examples') === true) {
    await context.render(examplesView(examples))
    return exitCode.ok
  }
  const [statement = '', ...targets] = args.positionals
  if (statement.startsWith('.')) return showSchema([...statement.trim().split(/\s+/), ...targets], context)
  const file = args.string('db')
  const asked: Asked = { statement, targets, file, timeout: durationOption(args, 'timeout') ?? 60_000 }
  if (statement === '' && (file === undefined || !isSelected(args, targets)))
    throw new UsageError("query needs a statement, such as 'SELECT * FROM proxies'", {
      hint: 'query --examples shows some; query .tables lists the tables',
    })
  const database = new SqlConnection(context.io.self, asked.timeout)
  try {
    const inProcess = { ...asked, database }
    return file !== undefined && !isSelected(args, targets)
      ? await askAgain(inProcess, file, args, context)
      : await askProxies(inProcess, args, context)
  } finally {
    database.end()
  }
}

interface InProcess extends Asked {
  readonly database: SqlConnection
}

async function showSchema([word, name, ...more]: readonly string[], context: Context): Promise<number> {
  if (word === '.tables' && name === undefined) await context.render(tablesView())
  else if (word === '.schema' && name !== undefined && more.length === 0) await context.render(schemaView(name))
  else
    throw new UsageError('query has .tables, and .schema with the name of a table', {
      hint: `The tables are: ${tableNames()}`,
    })
  return exitCode.ok
}

/** Whether it is said which proxies are meant. Without that the proxies of the namespace are, or what is kept in a file. */
function isSelected(args: Args, targets: readonly string[]): boolean {
  return (
    targets.length > 0 ||
    isNamedByFlag(args) ||
    captureOf(args) !== undefined ||
    ['namespace', 'contexts', 'context'].some((name) => args.string(name) !== undefined) ||
    ['all-namespaces', 'all-pods'].some((name) => args.boolean(name) === true)
  )
}

async function askAgain(asked: InProcess, file: string, args: Args, context: Context): Promise<number> {
  requireDatabaseFile(file)
  await asked.database.send({ do: 'open', file })
  return answerOf(asked, args, context)
}

async function askProxies(asked: InProcess, args: Args, context: Context): Promise<number> {
  const { statement, targets, file, database } = asked
  const selection = selectionOf(args, { command: 'query', targets, every: true, many: true, orScope: true })
  // A mistyped statement is reported before any proxy is read.
  const learned =
    statement === '' ? undefined : await replyTo({ do: 'learn', tables: plainTables, statement }, 'learned', asked)
  const target = file === undefined ? undefined : newDatabaseFile(file)
  const reads = target === undefined && learned !== undefined ? learned.reads : everything
  try {
    const create = { do: 'create', tables: plainTables, reads } as const
    await database.send(target === undefined ? create : { ...create, file: target.beside })
    const isAsked = Object.keys(reads).length > 0
    const proxies = isAsked ? await context.open(selection, { about: pageOf(reads) }) : []
    const take = (rows: SqlRequest) => database.send(rows)
    const filling = { chosen: { selection, proxies }, reads, take, lenient: target !== undefined }
    const { filled, code } = isAsked ? await fillTables(filling, args, context) : { filled: [], code: exitCode.ok }
    const indexes = target !== undefined || filled.length > 1
    await replyTo({ do: 'close', filled, indexes }, 'done', asked)
    target?.done()
    if (statement === '') {
      context.note(`${file} holds ${filled.length} tables of ${proxies.length} proxies: query --db ${file} asks them.`)
      return code
    }
    const answered = await answerOf(asked, args, context)
    return code === exitCode.ok ? answered : code
  } finally {
    target?.discard()
  }
}

async function answerOf(asked: InProcess, args: Args, context: Context): Promise<number> {
  const isSorted = args.string('sort-by') !== undefined
  const failed = await showAnswer(asked.database, asked.statement, { context, isSorted })
  if (failed !== undefined) throw sqlError(failed, asked.statement, asked.file)
  return exitCode.ok
}

/** @throws AppError for another reply than the one that is expected */
async function replyTo<I extends SqlReply['is']>(
  request: SqlRequest,
  is: I,
  { database, statement, file }: InProcess,
): Promise<Extract<SqlReply, { is: I }>> {
  await database.send(request)
  const reply = await database.next()
  if (reply.is === 'failed') throw sqlError(reply, statement, file)
  if (!isReply(reply, is)) throw new Error(`the database answered ${reply.is}`)
  return reply
}

function isReply<I extends SqlReply['is']>(reply: SqlReply, is: I): reply is Extract<SqlReply, { is: I }> {
  return reply.is === is
}

const plainTables = tables.map(({ name, columns, keys }) => ({
  name,
  columns: columns.map((column) => ({ name: column.name, type: column.type })),
  keys,
}))
