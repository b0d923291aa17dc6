/** Runs a shell command and gives back all that it prints. */
type Run = (command: string) => Promise<string>

/**
 * A Markdown text whose `console` blocks have the output that their commands have now. A block is one command, which may go on over
 * lines that end in a backslash, and what it prints.
 */
export async function withOutputs(markdown: string, run: Run): Promise<string> {
  const parts = markdown.split(/^(```console\n[\s\S]*?^```\n)/m)
  const done: string[] = []
  for (const part of parts) done.push(part.startsWith('```console\n') ? await block(part, run) : part)
  return done.join('')
}

async function block(text: string, run: Run): Promise<string> {
  const [, command] = /^```console\n\$ ((?:.*\\\n)*.*)\n/.exec(text) ?? []
  if (command === undefined) throw new Error(`a console block begins with "$ ", not with:\n${text}`)
  const output = (await run(command)).trimEnd()
  return `\`\`\`console\n$ ${command}\n${output}\n\`\`\`\n`
}
