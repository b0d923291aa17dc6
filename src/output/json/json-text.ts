/** A value as JSON with four spaces, in pieces; in one piece where the text is no longer than V8's longest string. */
export function* jsonText(value: unknown): Generator<string> {
  let text: string | undefined
  try {
    text = JSON.stringify(value, null, 4) ?? 'null'
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  if (text === undefined) yield* longJsonText(value)
  else yield text
}

interface Level {
  readonly items: Iterator<readonly [prefix: string, value: unknown]>
  readonly close: string
  first: boolean
}

/** The same value by value. Indentation stops growing at 100 levels. */
function* longJsonText(value: unknown): Generator<string> {
  const open: Level[] = []
  const indent = () => `\n${'    '.repeat(Math.min(open.length, 100))}`
  /** What is to be printed of a value before its members. */
  const enter = (prefix: string, item: unknown): string => {
    if (typeof item !== 'object' || item === null) return prefix + (JSON.stringify(item) ?? 'null')
    const items = Array.isArray(item)
      ? item.map((inner) => ['', inner] as const)
      : Object.entries(item)
          .filter(([, inner]) => inner !== undefined)
          .map(([key, inner]) => [`${JSON.stringify(key)}: `, inner] as const)
    const [opening, close] = Array.isArray(item) ? ['[', ']'] : ['{', '}']
    if (items.length === 0) return `${prefix}${opening}${close}`
    open.push({ items: items.values(), close: `${close}`, first: true })
    return `${prefix}${opening}`
  }
  yield enter('', value)
  for (let level = open.at(-1); level !== undefined; level = open.at(-1)) {
    const next = level.items.next()
    if (next.done) {
      open.pop()
      yield indent() + level.close
    } else {
      const before = level.first ? indent() : `,${indent()}`
      level.first = false
      yield before + enter(...next.value)
    }
  }
}
