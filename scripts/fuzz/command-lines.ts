import { commands } from '../../src/commands/index.ts'
import { formats } from '../../src/output/index.ts'
import { oddTexts } from './odd-values.ts'
import type { Random } from './random.ts'

const formatNames = formats.flatMap(({ name, takes }) =>
  takes === undefined ? [name] : takes === 'file' ? [] : templates(name).map((template) => `${name}=${template}`),
)

function templates(format: string): readonly string[] {
  if (format === 'custom-columns') return ['A:.name,B:..name', 'ALL:@', 'X:.items[0],Y:.a[?(@.b=="c")]']
  return [
    '{@}',
    '{.items[*].name}{"\\n"}',
    '{..name}',
    '{range .items[*]}{.name}{"\\t"}{..address}{"\\n"}{end}',
    '{.items[?(@.type=="EDS")].name}',
    '{.items[0:2]}',
    '{.*}',
  ]
}

/** Requests whose destinations the fixtures have, and some that they do not. */
const urls = [
  'http://reviews:9080/reviews/1',
  'http://productpage:9080/',
  'https://www.example.com/',
  'tcp://10.0.0.1:80',
  'http://a/',
]

/** Commands that read the dump in `@dump`; `@other` is a second one, and `@cases` a file of requests. */
const dumpLines: readonly (readonly string[])[] = [
  ...['clusters', 'listeners', 'routes', 'scopes', 'endpoints', 'eds', 'secrets', 'ecds', 'bootstrap'].map((name) => [
    name,
    '--file',
    '@dump',
  ]),
  ['all', '--file', '@dump'],
  ['all', '--file', '@dump'],
  ['trace', 'http://reviews:9080/reviews/1', '--file', '@dump'],
  ['trace', 'http://reviews:9080/', '-H', 'end-user=jason', '--file', '@dump', '--inbound'],
  ['trace', '--file', '@dump', '--requests', '@cases', '--coverage'],
  ['describe', 'service', 'reviews.default', '--file', '@dump'],
  ['describe', 'pod', '--file', '@dump'],
  ['authz', '--file', '@dump'],
  ['authz', '--file', '@dump', '--request', 'GET http://a:8080/x', '--principal', 'cluster.local/ns/a/sa/b'],
  ['explain', '503 UF,URX', '--file', '@dump', '--all'],
  ['lint', '--file', '@dump', '--profile', 'all'],
  ['certs', '--file', '@dump', '--file', '@other'],
  ['rootca-compare', '--file', '@dump', '--file', '@other'],
  ['status', '--file', '@dump'],
  ['status', '--file', '@dump', '--control-plane-file', '@other'],
  ['status', '--file', '@dump', '--control-plane-file', '@other', '-o', 'unified'],
  ['ztunnel', 'all', '--file', '@dump'],
  ['__complete', 'clusters', '--file', '@dump', '--fqdn', ''],
]

/** A command that reads a dump, in one of the formats. */
export function dumpLine(random: Random): string[] {
  const line = [...random.pick(dumpLines)]
  if (random.chance(0.75) && !line.includes('-o') && line[0] !== '__complete') line.push('-o', formatFor(line, random))
  return line
}

function formatFor([name]: readonly string[], random: Random): string {
  return random.pick([...formatNames, ...(commands.find((command) => command.name === name)?.formats ?? [])])
}

/** A command that reads the log in `@log`. */
export function logLine(random: Random): string[] {
  const line = ['explain', '--log', '@log', ...random.pick([[], ['--file', '@dump'], ['--file', '@dump', '--verify']])]
  if (random.chance(0.3)) line.push('--where', random.pick(['code=5xx', 'cluster=*a*a*a*b', 'path=*', 'flags=UF']))
  return [
    ...line,
    ...(random.chance(0.5) ? ['--all'] : []),
    ...(random.chance(0.7) ? ['-o', formatFor(line, random)] : []),
  ]
}

/** A command that asks the capture in `@capture`. */
export function captureLine(random: Random): string[] {
  const line = random.pick([
    ['capture', 'show'],
    ['clusters', '--all-pods'],
    ['all', 'default/x'],
    ['status'],
    ['lint', '-A'],
    ['certs', '-A'],
    ['describe', 'service', 'reviews'],
  ])
  return [...line, '--capture', '@capture', ...(random.chance(0.5) ? ['-o', formatFor(line, random)] : [])]
}

/** A command that reads ztunnel's dump. */
export function ztunnelLine(random: Random): string[] {
  const kind = random.pick(['workloads', 'services', 'policies', 'certificates', 'connections', 'all'])
  return ['ztunnel', kind, '--file', '@dump', ...(random.chance(0.7) ? ['-o', random.pick(formatNames)] : [])]
}

/** Any command with flags it has, and values that they may not take. */
export function oddLine(random: Random): string[] {
  const command = random.pick(commands)
  const line = [random.chance(0.95) ? random.pick([command.name, ...command.aliases]) : random.pick(oddTexts)]
  if (random.chance(0.8) && command.options.some(({ name }) => name === 'file')) line.push('--file', '@dump')
  for (let count = random.below(4); count > 0; count--) line.push(positional(random))
  for (let count = random.below(5); count > 0 && command.options.length > 0; count--) {
    const { name, short, type, choices } = random.pick(command.options)
    // These would reach for a cluster or a server.
    if (['url', 'xds-address', 'kubeconfig'].includes(name)) continue
    const flag = short !== undefined && random.chance(0.3) ? `-${short}` : `--${name}`
    const value =
      random.chance(0.4) && choices !== undefined
        ? random.pick(choices)
        : random.pick([...oddTexts, '80', 'a=b', '24h'])
    if (type === 'boolean' && random.chance(0.8)) line.push(flag)
    else if (random.chance(0.5)) line.push(`${flag}=${value}`)
    else line.push(flag, value)
  }
  return line
}

function positional(random: Random): string {
  return random.pick([
    ...oddTexts,
    ...urls,
    'pod',
    'service',
    'reviews',
    'bash',
    'workloads',
    'a/b',
    'deploy/x',
    '-',
    '--',
  ])
}
