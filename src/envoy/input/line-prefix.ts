/** What `kubectl logs --prefix`, `--timestamps` and many log collectors put before every line. */
const prefixes = /^(?:\[[\w./ -]+\] ?|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) )+(?=[\s{}[\]"]|$)/

/** Whether nearly every line has such a prefix, as far as its first lines tell. */
export function hasLinePrefix(beginning: string): boolean {
  const lines = beginning.split('\n', 50).filter((line) => line !== '')
  return lines.length >= 3 && lines.filter((line) => prefixes.test(line)).length >= lines.length * 0.8
}

export function withoutLinePrefix(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(prefixes, ''))
    .join('\n')
}
