/** A value as JSON with four spaces. `JSON.stringify` overflows the stack some thousand levels down: then it is printed level by level. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value, null, 4) ?? 'null'
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return deepJsonText(value)
  }
}

interface Level {
  readonly items: Iterator<readonly [prefix: string, value: unknown]>
  readonly close: string
  first: boolean
}

/** Depth-safe twin of `JSON.stringify(value, null, 4)` for values that came from `JSON.parse`. Indentation stops growing at 100 levels. */
function deepJsonText(value: unknown): string {
  const parts: string[] = []
  const open: Level[] = []
  const indent = () => `\n${'    '.repeat(Math.min(open.length, 100))}`
  const put = (prefix: string, item: unknown) => {
    if (typeof item !== 'object' || item === null) {
      parts.push(prefix, JSON.stringify(item))
      return
    }
    const items = Array.isArray(item)
      ? item.map((inner) => ['', inner] as const)
      : Object.entries(item).map(([key, inner]) => [`${JSON.stringify(key)}: `, inner] as const)
    const [opening, close] = Array.isArray(item) ? ['[', ']'] : ['{', '}']
    parts.push(prefix, items.length === 0 ? `${opening}${close}` : `${opening}`)
    if (items.length > 0) open.push({ items: items.values(), close: `${close}`, first: true })
  }
  put('', value)
  for (let level = open.at(-1); level !== undefined; level = open.at(-1)) {
    const next = level.items.next()
    if (next.done) {
      open.pop()
      parts.push(indent(), level.close)
    } else {
      parts.push(level.first ? '' : ',', indent())
      level.first = false
      put(...next.value)
    }
  }
  return parts.join('')
}
