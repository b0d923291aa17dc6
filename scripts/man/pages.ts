import { status } from '../../src/commands/status.ts'
import type { Command, Option } from '../../src/contract/command.ts'
import { program } from '../../src/contract/help.ts'
import { kubectlOptions } from '../../src/contract/kubectl-options.ts'
import { shownOptions } from '../../src/contract/output-options.ts'
import { formats } from '../../src/output/index.ts'
import { bold, definition, italic, literal, paragraphs, roffText, section } from './roff.ts'

/** Name of the page about the program; man-db finds it as `man kubectl proxy-config` too. */
const mainPage = 'kubectl-proxy-config'
/** `status` has a second page, because it is a plugin of its own too. */
const statusPage = 'kubectl-proxy-status'
const pageOf = ({ name }: Command) => `${mainPage}-${name}`

const exitStatus = [
  ...definition(bold('0'), 'Done, also when nothing was found.'),
  ...definition(
    bold('1'),
    'Failed, with one line that says why; or the answer is incomplete; or it is no (--exit-code, expectations of trace).',
  ),
  ...definition(bold('130'), 'Interrupted.'),
]

/**
 * The manual: a page for the program, one for each command, and `kubectl-proxy-status`.
 * @returns text by file name, such as `kubectl-proxy-config-clusters.1`
 */
export async function manPages(commands: readonly Command[], version: string): Promise<ReadonlyMap<string, string>> {
  const listed = commands.filter(({ hidden }) => !hidden)
  const pages = new Map([[`${mainPage}.1`, page(mainPage, version, aboutProgram(listed))]])
  for (const command of listed) {
    pages.set(`${pageOf(command)}.1`, page(pageOf(command), version, await about(command)))
    if (command === status) pages.set(`${statusPage}.1`, page(statusPage, version, await about(command, statusPage)))
  }
  return pages
}

function page(name: string, version: string, lines: readonly string[]): string {
  // No date: two builds of one version give equal bytes.
  const title = `.TH ${name.toUpperCase().replaceAll('-', '\\-')} 1 "" "proxy\\-config ${version}" "kubectl plugins"`
  return `${[title, ...lines].join('\n')}\n`
}

function aboutProgram(listed: readonly Command[]): string[] {
  return [
    ...section('NAME', `${roffText(mainPage)} \\- show what an Envoy proxy has loaded, and why`),
    ...section(
      'SYNOPSIS',
      `${bold(program)} ${italic('COMMAND')} [${italic('POD')} | ${italic('TYPE/NAME')}] [options]`,
    ),
    ...section(
      'DESCRIPTION',
      ...paragraphs(
        [
          'Shows what an Envoy proxy has loaded, whether it is what the control plane sent, and where a request goes and why.',
          'Reads live proxies in Kubernetes, an admin endpoint, or a saved dump.',
          'Only --level and --reset of log and ztunnel log change anything.',
        ].join('\n'),
      ),
    ),
    ...section('COMMANDS', ...listed.flatMap((each) => definition(bold(each.name), `${each.summary}.`))),
    ...section('OUTPUT FORMATS', ...formats.flatMap(({ name, title }) => definition(bold(name), `${title}.`))),
    ...section('OPTIONS OF ALL COMMANDS', ...optionList(kubectlOptions)),
    ...section('EXIT STATUS', ...exitStatus),
    ...section('SEE ALSO', listed.map((each) => `${bold(pageOf(each))}(1)`).join(',\n')),
  ]
}

async function about(command: Command, name = pageOf(command)): Promise<string[]> {
  const choices = (await command.firstArguments?.()) ?? []
  const described = choices.filter(
    ({ text, describe }) => describe !== undefined && !command.description?.includes(`  ${text} `),
  )
  return [
    ...section('NAME', `${roffText(name)} \\- ${roffText(command.summary)}`),
    ...section(
      'SYNOPSIS',
      [
        bold(name === statusPage ? 'kubectl proxy-status' : `${program} ${command.name}`),
        roffText(command.synopsis),
        '[options]',
      ]
        .filter(Boolean)
        .join(' '),
    ),
    ...section(
      'DESCRIPTION',
      ...paragraphs(command.description ?? `${command.summary}.`),
      ...(command.aliases.length === 0 ? [] : ['.PP', `Aliases: ${command.aliases.map(bold).join(', ')}.`]),
    ),
    ...section(
      'SUBCOMMANDS',
      ...described.flatMap(({ text, describe = '' }) => definition(bold(text), `${describe}.`)),
    ),
    ...section('OPTIONS', ...optionList(shownOptions(command))),
    ...section(
      'EXAMPLES',
      ...command.examples.flatMap(({ title, command: line }) => ['.PP', roffText(title), ...literal(line.split('\n'))]),
    ),
    ...section('EXIT STATUS', ...exitStatus),
    ...section('SEE ALSO', `${bold(mainPage)}(1)`),
  ]
}

function optionList(options: readonly Option[]): string[] {
  return options
    .filter(({ hidden }) => !hidden)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((option) => definition(optionTerm(option), optionText(option)))
}

function optionTerm({ name, short, type, value }: Option): string {
  const long =
    bold(`--${name}`) + (type === 'boolean' ? '' : `=${italic(value ?? (type === 'number' ? 'NUMBER' : 'TEXT'))}`)
  return short === undefined ? long : `${bold(`-${short}`)}, ${long}`
}

function optionText(option: Option): string {
  const values = option.choices
  return [
    `${option.describe}.`,
    ...(values === undefined ? [] : [`One of: ${values.join(', ')}.`]),
    ...(option.default === undefined || option.default === '' ? [] : [`Default: ${option.default}.`]),
  ].join(' ')
}
