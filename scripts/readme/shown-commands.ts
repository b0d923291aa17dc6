/** A call of the program that a page shows. */
export interface ShownCommand {
  /** What follows `kubectl proxy-config`; `status` is put in front of what follows `kubectl proxy-status`. */
  readonly argv: readonly string[]
  readonly line: string
}

/** The calls in the code blocks of a Markdown page, fenced or indented. What stands for something else (`…`) is left out. */
export function shownCommands(markdown: string): ShownCommand[] {
  const joined = markdown.replaceAll(/\\\n\s*/g, ' ')
  const fenced = [...joined.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].map(([, text = '']) => text)
  const indented = joined.replaceAll(/^```\w*\n[\s\S]*?^```/gm, '').match(/^ {4}.*$/gm) ?? []
  return [...fenced.flatMap((text) => text.split('\n')), ...indented].flatMap(commandsIn)
}

function commandsIn(line: string): ShownCommand[] {
  // The program's own output may name a command; a line to type begins with it, or it follows a pipe or a substitution.
  if (!/^\s*(?:\$ )?(?:[^#]*[|(] *)?kubectl proxy-/.test(line) || line.includes('…')) return []
  return [...line.matchAll(/kubectl proxy-(config|status)\b(.*)/g)].map(([, name, rest = '']) => ({
    argv: [...(name === 'status' ? ['status'] : []), ...shellWords(rest)],
    line: line.trim(),
  }))
}

/** The words up to the end of the command, without what the shell takes for itself. */
function shellWords(text: string): string[] {
  const words: string[] = []
  // A redirection may stand apart from its file: `> dump.json`.
  for (const [word] of text.replaceAll(/([<>]) +/g, '$1').matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"|;&)])+|[|;&)]/g)) {
    if (/^[|;&#)]/.test(word)) break
    if (!/^\d?[<>]/.test(word)) words.push(word.replaceAll(/['"]/g, ''))
  }
  return words
}
