import type { Args, Context } from '../../contract/command.ts'
import { durationOption } from '../../contract/duration-option.ts'
import { isNamedByFlag } from '../../contract/named-sources.ts'
import { captureOf, selectionOf } from '../../contract/selection.ts'
import { countText } from '../../envoy/text/count-text.ts'
import { exitCode, UsageError } from '../../errors.ts'
import { PendingFile, requireFile } from '../../fetch/written/pending-file.ts'
import { SqlConnection } from '../../sql/client/sql-connection.ts'
import type { Reads, SqlReply, SqlRequest } from '../../sql/protocol.ts'
import { databaseFile } from './database-file.ts'
import { type EncodedRows, encodedRows, movedBuffers, unsentParts } from './fill/encoded-rows.ts'
import { fillTables } from './fill/fill-tables.ts'
import type { Chosen } from './fill/mesh-rows.ts'
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
  const { thread } = await context.fleet()
  if (thread !== undefined) return fillInThread(thread.given as Reads, targets, args, context)
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
  requireFile(file, 'query --db FILE with a selection makes it.')
  await asked.database.send({ do: 'open', file })
  return answerOf(asked, args, context)
}

/** Proxies, and what is read of them. */
async function openChosen(reads: Reads, targets: readonly string[], args: Args, context: Context): Promise<Chosen> {
  const selection = selectionOf(args, { command: 'query', targets, every: true, many: true, orScope: true })
  return { selection, proxies: await context.open(selection, { about: pageOf(reads) }) }
}

/** Files that are named have to be there, whatever is asked. @throws AppError where one cannot be read */
async function requireSaved({ selection, proxies }: Chosen): Promise<void> {
  if (selection.from === 'files') for (const proxy of proxies) await proxy.page(pageOf({}))
}

/** Reads proxies for the main thread, which has the database. @param reads as the main thread has learned them from the statement */
async function fillInThread(reads: Reads, targets: readonly string[], args: Args, context: Context): Promise<number> {
  const chosen = await openChosen(reads, targets, args, context)
  const { code } = await fillTables({ chosen, reads, ...encoding, take: async () => {}, lenient: true }, args, context)
  return code
}

async function askProxies(asked: InProcess, args: Args, context: Context): Promise<number> {
  const { statement, targets, file, database } = asked
  // A mistyped selection is reported before the statement, and that before any proxy is read.
  selectionOf(args, { command: 'query', targets, every: true, many: true, orScope: true })
  const learned =
    statement === '' ? undefined : await replyTo({ do: 'learn', tables: plainTables, statement }, 'learned', asked)
  const target = file === undefined ? undefined : new PendingFile(file, databaseFile)
  const reads = target === undefined && learned !== undefined ? learned.reads : everything
  try {
    const create = { do: 'create', tables: plainTables, reads } as const
    await replyTo(target === undefined ? create : { ...create, file: target.beside }, 'done', asked)
    const chosen = await openChosen(reads, targets, args, context)
    const sent = new Set<string>()
    const take = async (rows: EncodedRows) => {
      for (const part of unsentParts(rows, sent)) await database.sendEncoded(part)
    }
    const filling = { chosen, reads, ...encoding, take, lenient: target !== undefined }
    // A statement that reads no table needs no proxy.
    const isRead = Object.keys(reads).length > 0
    if (!isRead) await requireSaved(chosen)
    const nothing = { tables: [], proxies: 0, code: exitCode.ok }
    const { tables: filled, proxies, code } = isRead ? await fillTables(filling, args, context) : nothing
    const indexes = target !== undefined || filled.length > 1
    await replyTo({ do: 'close', filled, indexes }, 'done', asked)
    target?.done()
    if (statement === '') {
      const count = countText(proxies, 'proxy', 'proxies')
      context.note(`${file} holds ${filled.length} tables of ${count}: query --db ${file} asks them.`)
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

const encoding = { encode: encodedRows, moved: movedBuffers }

const plainTables = tables.map(({ name, columns, keys }) => ({
  name,
  columns: columns.map((column) => ({ name: column.name, type: column.type })),
  keys,
}))
