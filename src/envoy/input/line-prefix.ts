/** What `kubectl logs --prefix`, `--timestamps` and many log collectors put before every line. */
const prefixes = /^(?:\[[\w./ -]+\] ?|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) )+(?=[\s{}[\]"]|$)/

/** The text without the prefix that nearly every line of it has; undefined when it has none. */
export function withoutLinePrefix(text: string): string | undefined {
  const lines = text.split('\n')
  const sample = lines.slice(0, 50).filter((line) => line !== '')
  if (sample.filter((line) => prefixes.test(line)).length < sample.length * 0.8 || sample.length < 3) return undefined
  return lines.map((line) => line.replace(prefixes, '')).join('\n')
}
