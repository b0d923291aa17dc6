/** What Envoy's `/logging` prints: the level of each logger by its name, in Envoy's order. */
export function readLoggers(text: string): Map<string, string> {
  const levels = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, name, level] = /^ {2}(\S+): (\w+)$/.exec(line.trimEnd()) ?? []
    if (name !== undefined && level !== undefined) levels.set(name, level)
  }
  return levels
}
