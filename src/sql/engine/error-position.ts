/** Texts, names in quotes and comments: nothing in them is what SQLite stumbles over, but for names in quotes. */
const opaque = /'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g

/**
 * The place that an error of SQLite is about; Node does not pass on the one that SQLite knows.
 * SQLite reads from left to right, so that it stumbles over the first word with which the statement can no longer be continued: the
 * statement up to there has the same error. A name that does not exist is one without which the error is another.
 * @param messageOf the error that a statement has, undefined without any
 * @returns characters before it; undefined where the message names nothing in the statement
 */
export function errorPosition(
  statement: string,
  message: string,
  messageOf: (statement: string) => string | undefined,
): number | undefined {
  if (message === 'incomplete input') return statement.trimEnd().length
  const unexpected =
    /^near "([\s\S]*)": syntax error$/.exec(message)?.[1] ?? /^unrecognized token: "([\s\S]*)"$/.exec(message)?.[1]
  if (unexpected !== undefined)
    return placesOf(statement, unexpected).find(
      (at) => messageOf(statement.slice(0, at + unexpected.length)) === message,
    )
  const name =
    /^no such (?:column|table|function): ([^\s]+)/.exec(message)?.[1] ??
    /^ambiguous column name: (.+)$/.exec(message)?.[1]
  const called = name ?? /^wrong number of arguments to function ([^(]+)\(/.exec(message)?.[1]
  if (called === undefined) return undefined
  const places = outsideTexts(statement, called)
  const changes = (at: number) =>
    messageOf(`${statement.slice(0, at)}NULL${statement.slice(at + called.length)}`) !== message
  return places.length === 1 ? places[0] : (places.find(changes) ?? places[0])
}

function placesOf(text: string, wanted: string): number[] {
  const places: number[] = []
  if (wanted === '') return places
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) places.push(at)
  return places
}

/** Where a whole word stands, in any case. */
function outsideTexts(statement: string, word: string): number[] {
  const hidden = statement.replaceAll(opaque, (found) => ' '.repeat(found.length)).toLowerCase()
  const part = /[\p{L}\p{N}_$]/u
  return placesOf(hidden, word.toLowerCase()).filter(
    (at) => !part.test(hidden[at - 1] ?? '') && !part.test(hidden[at + word.length] ?? ''),
  )
}
