/** The colours of a line's parts, readable on the picture's dark ground. */
const colors = { text: '#d6deeb', dim: '#7f8ea3', name: '#7fdbca', good: '#8fd694', bad: '#ff8a80', label: '#c3a6ff' }
const fontSize = 13
/** Width of a character of the usual monospaced fonts, which `textLength` then enforces. */
const charWidth = 7.8
const lineHeight = 19
const margin = 18

interface Span {
  readonly text: string
  readonly color: string
}

/**
 * A terminal with a command and what it printed, as an SVG: the picture on the README's first screen.
 * @param command the line as typed, without prompt
 * @param output what `trace` printed
 */
export function tracePicture(command: string, output: string): string {
  const lines = [[dim('$ '), span(command, colors.text)], ...output.trimEnd().split('\n').map(spansOf)]
  const longest = Math.max(...lines.map((spans) => spans.reduce((sum, { text }) => sum + text.length, 0)))
  const width = Math.ceil(longest * charWidth) + 2 * margin
  const height = lines.length * lineHeight + 2 * margin
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-size="${fontSize}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace">`,
    `<title>${escaped(command)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#0b1b2b"/>`,
    ...lines.flatMap((spans, index) => drawn(spans, margin + index * lineHeight + fontSize)),
    '</svg>',
  ].join('\n')}\n`
}

/** The parts of a line of trace's text: the hop, its name, why; the outcome; the next step. */
function spansOf(line: string): Span[] {
  const hop = /^( {2}(?:[a-z]+|(?=\s)) +)(\S.*?)( {2}.*)?$/.exec(line)
  if (/^ {2}=> /.test(line)) return [span(line, line.startsWith('  => sent upstream') ? colors.good : colors.bad)]
  if (/^ {5}Next: /.test(line)) return [span(line, colors.good)]
  if (/^ {4}not /.test(line) || /^ {12}/.test(line)) return [dim(line)]
  if (hop === null) return [span(line, colors.text)]
  const [, label = '', name = '', why = ''] = hop
  return [span(label, colors.label), span(name, colors.name), span(why, colors.text)]
}

function drawn(spans: readonly Span[], y: number): string[] {
  let column = 0
  return spans.flatMap(({ text, color }) => {
    const indent = text.length - text.trimStart().length
    const shown = text.trim()
    const x = margin + (column + indent) * charWidth
    column += text.length
    if (shown === '') return []
    const length = (shown.length * charWidth).toFixed(1)
    return [
      `<text x="${x.toFixed(1)}" y="${y}" fill="${color}" textLength="${length}" lengthAdjust="spacingAndGlyphs" xml:space="preserve">${escaped(shown)}</text>`,
    ]
  })
}

const span = (text: string, color: string): Span => ({ text, color })
const dim = (text: string) => span(text, colors.dim)

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
