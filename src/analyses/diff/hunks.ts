import type { Line } from './line-diff.ts'

/** Lines of context, as in istioctl. */
const context = 7

interface Hunk {
  readonly start: readonly [number, number]
  readonly lines: { readonly mark: ' ' | '-' | '+'; readonly text: string }[]
}

/** The hunks of a unified diff with their headers. https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html */
export function hunks(lines: readonly Line[]): string[] {
  return split(lines).flatMap(({ start: [a, b], lines }) => {
    const countA = lines.filter(({ mark }) => mark !== '+').length
    const countB = lines.filter(({ mark }) => mark !== '-').length
    const header = `@@ -${range(a, countA)} +${range(b, countB)} @@`
    return [header, ...minusFirst(lines).map(({ mark, text }) => mark + text)]
  })
}

/** A range of one line has no count; an empty one names the line before it. */
function range(start: number, count: number): string {
  if (count === 1) return String(start)
  return `${count === 0 ? start - 1 : start},${count}`
}

function split(lines: readonly Line[]): Hunk[] {
  const found: Hunk[] = []
  let [a, b] = [1, 1]
  let before: { readonly mark: ' '; readonly text: string }[] = []
  let open: Hunk | undefined
  let after = 0
  for (const line of lines) {
    if ('skipped' in line) {
      a += line.skipped
      b += line.skipped
      before = []
      open = undefined
      continue
    }
    if (line.mark !== ' ') {
      if (open === undefined) {
        open = { start: [a - before.length, b - before.length], lines: before }
        found.push(open)
        before = []
      }
      for (const earlier of before) open.lines.push(earlier)
      open.lines.push(line)
      before = []
      after = context
    } else if (open !== undefined && after > 0) {
      open.lines.push({ mark: ' ', text: line.text })
      after--
    } else {
      before.push({ mark: ' ', text: line.text })
      if (before.length > context) {
        before.shift()
        open = undefined
      }
    }
    if (line.mark !== '+') a++
    if (line.mark !== '-') b++
  }
  return found
}

/** In a run of changed lines the removed ones come first, as everywhere. */
function minusFirst(lines: Hunk['lines']): Hunk['lines'] {
  const ordered: Hunk['lines'] = []
  let added: Hunk['lines'] = []
  for (const line of lines) {
    if (line.mark === '+') added.push(line)
    else {
      if (line.mark === ' ') {
        for (const earlier of added) ordered.push(earlier)
        added = []
      }
      ordered.push(line)
    }
  }
  return [...ordered, ...added]
}
