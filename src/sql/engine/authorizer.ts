/**
 * Names of what SQLite asks leave for. https://www.sqlite.org/c3ref/c_alter_table.html
 */
const actions: ReadonlyMap<number, string> = new Map([
  [1, 'CREATE INDEX'],
  [2, 'CREATE TABLE'],
  [3, 'CREATE TEMP INDEX'],
  [4, 'CREATE TEMP TABLE'],
  [5, 'CREATE TEMP TRIGGER'],
  [6, 'CREATE TEMP VIEW'],
  [7, 'CREATE TRIGGER'],
  [8, 'CREATE VIEW'],
  [9, 'DELETE'],
  [10, 'DROP INDEX'],
  [11, 'DROP TABLE'],
  [16, 'DROP TRIGGER'],
  [17, 'DROP VIEW'],
  [18, 'INSERT'],
  [19, 'PRAGMA'],
  [22, 'a transaction'],
  [23, 'UPDATE'],
  [24, 'ATTACH'],
  [25, 'DETACH'],
  [26, 'ALTER TABLE'],
  [27, 'REINDEX'],
  [28, 'ANALYZE'],
  [29, 'CREATE VIRTUAL TABLE'],
  [30, 'DROP VIRTUAL TABLE'],
  [32, 'SAVEPOINT'],
])

const read = 20
const select = 21
const call = 31
const recursive = 33

const ok = 0
const deny = 1

/** Functions that do more than compute. */
const refusedFunctions: ReadonlySet<string> = new Set(['load_extension', 'fts3_tokenizer'])

/** What SQLite says that a statement does, and the first thing of it that is refused: all but reading. */
export class Authorizer {
  /** The columns that are read of each view; none of one that is only counted. */
  readonly reads = new Map<string, Set<string>>()
  refused: string | undefined
  readonly #views: ReadonlySet<string>

  /** @param views names of the views that are asked for */
  constructor(views: ReadonlySet<string>) {
    this.#views = views
  }

  /** What SQLite calls. @param within the view that is read, where a statement names one */
  readonly decide = (
    action: number,
    first: string | null,
    second: string | null,
    _schema: string | null,
    within: string | null,
  ): number => {
    if (within !== null && this.#views.has(within)) this.#of(within)
    if (action === read) {
      if (first !== null && second !== null && this.#views.has(first)) this.#of(first).add(second)
      return ok
    }
    if (action === select || action === recursive) return ok
    if (action === call && !refusedFunctions.has(second ?? '')) return ok
    // DELETE of the list of tables comes before the DROP that asks for it, INSERT before CREATE.
    this.refused = nameOf(action, first, second)
    return deny
  }

  #of(view: string): Set<string> {
    const found = this.reads.get(view) ?? new Set()
    this.reads.set(view, found)
    return found
  }
}

function nameOf(action: number, first: string | null, second: string | null): string {
  if (action === call) return `the function ${second ?? ''}`
  if (first !== null && /^sqlite_(?:temp_)?(?:master|schema)$/.test(first)) return 'CREATE or DROP'
  return actions.get(action) ?? 'what is no SELECT'
}
