import type { Command, Option } from './command.ts'
import { shownOptions } from './output-options.ts'

/** How the user calls the program; usage texts never name the binary. */
export const program = 'kubectl proxy-config'

/** `kubectl proxy-config --help`, in kubectl's layout. */
export function programHelp(commands: readonly Command[]): string {
  const listed = commands.filter(({ hidden }) => !hidden)
  const width = listed.reduce((longest, { name }) => Math.max(longest, name.length), 0)
  return `${[
    'Shows what an Envoy proxy has loaded, and whether it is what the control plane sent.',
    'Reads live proxies in Kubernetes, an admin endpoint, or a saved dump. Only `log --level` and `log --reset` change anything.',
    '',
    'Examples:',
    '  # Where can this pod send traffic?',
    `  ${program} clusters productpage-v1-abc -n default`,
    '  ',
    '  # The same from a saved dump',
    `  ${program} clusters --file dump.json`,
    '',
    'Available Commands:',
    ...listed.map(({ name, summary }) => `  ${name.padEnd(width)}   ${summary}`),
    '',
    'Usage:',
    `  ${program} COMMAND [POD | TYPE/NAME] [options]`,
    '',
    `Use "${program} COMMAND --help" for more information about a given command.`,
    `Use "${program} options" for a list of global command-line options (applies to all commands).`,
  ].join('\n')}\n`
}

/** `kubectl proxy-config COMMAND --help`. */
export function commandHelp(command: Command): string {
  return `${[
    command.description ?? `${command.summary}.`,
    ...(command.aliases.length === 0 ? [] : ['', 'Aliases:', `  ${[command.name, ...command.aliases].join(', ')}`]),
    '',
    'Examples:',
    command.examples.map(({ title, command: line }) => `  # ${title}\n  ${line}`).join('\n  \n'),
    ...optionsBlock(shownOptions(command)),
    '',
    'Usage:',
    `  ${program} ${[command.name, command.synopsis, '[options]'].filter(Boolean).join(' ')}`,
    '',
    `Use "${program} options" for a list of global command-line options (applies to all commands).`,
  ].join('\n')}\n`
}

/** The global options, which stay out of each command's help. */
export function optionsHelp(options: readonly Option[]): string {
  return `The following options can be passed to any command that reads a cluster:\n${optionsBlock(options).slice(2).join('\n')}\n`
}

function optionsBlock(options: readonly Option[]): string[] {
  const shown = options.filter(({ hidden }) => !hidden).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return shown.length === 0 ? [] : ['', 'Options:', shown.map(optionHelp).join('\n\n')]
}

function optionHelp(option: Option): string {
  const short = option.short === undefined ? '' : `-${option.short}, `
  const values = option.choices
  const choices = values === undefined ? '' : ` One of: (${values.join(', ')}).`
  return `    ${short}--${option.name}=${defaultText(option)}:\n        ${option.describe}.${choices}`
}

/** kubectl shows each flag with the value it has when not given. */
function defaultText({ type, default: value }: Option): string {
  if (type === 'boolean') return String(value ?? false)
  if (type === 'number') return String(value ?? 0)
  return `'${value ?? ''}'`
}
