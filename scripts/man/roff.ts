/** Text as roff reads it literally: no escapes, hyphens that can be searched and copied, no line that begins a request. */
export function roffText(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(
      /[^\n\x20-\x7e]/gu,
      (char) => `\\[u${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    )
    .replaceAll(/^(?=[.'])/gm, '\\&')
}

export const bold = (text: string) => `\\fB${roffText(text)}\\fR`
export const italic = (text: string) => `\\fI${roffText(text)}\\fR`

export function section(title: string, ...lines: readonly string[]): string[] {
  // A paragraph begins with its section.
  return lines.length === 0 ? [] : [`.SH ${title}`, ...lines.slice(lines[0] === '.PP' ? 1 : 0)]
}

/** A term and what it means. @param term already in roff */
export function definition(term: string, text: string): string[] {
  return ['.TP', term, roffText(text)]
}

/** Lines as they are, indented. */
export function literal(lines: readonly string[]): string[] {
  return ['.RS 4', '.nf', ...lines.map(roffText), '.fi', '.RE']
}

/** Paragraphs with blank lines between; indented lines stay lines of their own. */
export function paragraphs(text: string): string[] {
  return text.split(/\n{2,}/).flatMap((paragraph) => {
    const lines = paragraph.split('\n')
    const asTheyAre = lines.some((line) => /^\s/.test(line))
    return ['.PP', ...(asTheyAre ? ['.nf', ...lines.map(roffText), '.fi'] : lines.map(roffText))]
  })
}
