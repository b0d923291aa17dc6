import { join } from 'node:path'
import { commands } from '../../src/commands/index.ts'
import { kubectlOptions } from '../../src/contract/kubectl-options.ts'
import { formats } from '../../src/output/index.ts'
import { resourceKinds } from '../../src/resources/index.ts'
import { clusterRole } from './permissions.ts'
import { reasonTables } from './reason-codes.ts'
import { tracePicture } from './trace-picture.ts'

/** Runs the program and gives back what it prints. */
type Run = (argv: readonly string[]) => Promise<string>

/** The parts of the README and of docs that are made from the program, by the name in their markers. */
export async function readmeParts(root: string, run: Run): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['sample', await sample(root, run)],
    ['trace', await traceSample(root, run, 'sidecar', 'productpage-v1-abc', ['http://reviews:9080/x', '--explain'])],
    [
      'trace-failure',
      await traceSample(root, run, 'gateway', 'deploy/public-gateway', ['https://shop.example.net:8443/']),
    ],
    ['commands', table(['command', 'aliases', 'what it shows'], commandRows())],
    ['columns', table(['command', 'columns', 'only in wide', 'filters'], columnRows())],
    [
      'formats',
      table(
        ['`-o`', 'what it prints'],
        formats.map(({ name, title }) => [`\`${name}\``, title]),
      ),
    ],
    ['reason-codes', `${reasonTables()}\n`],
    ['permissions', `\n\`\`\`yaml\n${clusterRole()}\n\`\`\`\n\n`],
    ['kubectl-options', table(['flag', 'meaning'], optionRows())],
  ])
}

/** The text with each part between its markers. */
export function withParts(text: string, parts: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    /(<!-- BEGIN ([\w-]+) -->\n)[\s\S]*?(<!-- END \2 -->)/g,
    (_, begin: string, name: string, end: string) => {
      const part = parts.get(name)
      if (part === undefined) throw new Error(`there is a part ${name}, which nothing makes`)
      return `${begin}${part}${end}`
    },
  )
}

/** The picture on the README's first screen, `docs/trace.svg`. */
export async function readmePicture(root: string, run: Run): Promise<string> {
  const request = ['http://reviews:9080/reviews/1', '-H', 'end-user=jason']
  const out = await run(['trace', '--file', join(root, 'test/fixtures/sidecar/config_dump.json'), ...request])
  return tracePicture(`kubectl proxy-config trace productpage-v1-abc ${request.join(' ')}`, out)
}

async function sample(root: string, run: Run): Promise<string> {
  const argv = ['routes', '--name', '9080', '--domain', 'reviews']
  const out = await run([...argv, '--file', join(root, 'test/fixtures/sidecar/config_dump.json')])
  const lines = out.trimEnd().split('\n')
  return [
    '',
    `    $ kubectl proxy-config ${['routes', 'productpage-v1-abc', ...argv.slice(1)].join(' ')}`,
    ...lines.map((line) => `    ${line}`),
    '',
    '',
  ].join('\n')
}

async function traceSample(
  root: string,
  run: Run,
  fixture: string,
  target: string,
  argv: readonly string[],
): Promise<string> {
  const out = await run(['trace', '--file', join(root, `test/fixtures/${fixture}/config_dump.json`), ...argv])
  const command = `$ kubectl proxy-config trace ${target} ${argv.join(' ')}`
  const lines = [command, ...out.trimEnd().split('\n')].map((line) => (line === '' ? '' : `    ${line}`))
  return ['', ...lines, '', ''].join('\n')
}

function commandRows(): string[][] {
  return commands
    .filter(({ hidden }) => !hidden)
    .map(({ name, aliases, summary }) => [`\`${name}\``, aliases.map((alias) => `\`${alias}\``).join(' '), summary])
}

function columnRows(): string[][] {
  return resourceKinds.map(({ name, columns, filters }) => {
    const headers = (wide: boolean) =>
      columns.filter((column) => (column.wide === true) === wide).map(({ header }) => header)
    return [
      `\`${name}\``,
      headers(false).join(', '),
      headers(true).join(', '),
      filters.map((filter) => `\`--${filter.name}\``).join(' '),
    ]
  })
}

function optionRows(): string[][] {
  return kubectlOptions
    .filter(({ hidden }) => !hidden)
    .map(({ name, short, describe }) => [`${short === undefined ? '' : `\`-${short}\`, `}\`--${name}\``, describe])
}

function table(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return ['', line(headers), line(headers.map(() => '---')), ...rows.map(line), '', ''].join('\n')
}
