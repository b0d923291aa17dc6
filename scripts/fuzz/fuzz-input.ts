import { dump as yamlText } from 'js-yaml'
import type { Json } from '../../src/envoy/json.ts'
import { jsonPieces } from '../../src/output/json/json-pieces.ts'
import { oddArchive } from './archives.ts'
import { damageBytes } from './bytes.ts'
import { captureLine, dumpLine, logLine, oddLine, ztunnelLine } from './command-lines.ts'
import { oddTexts } from './odd-values.ts'
import type { FuzzInput } from './program-input.ts'
import { type Random, randomOf } from './random.ts'
import type { Seeds } from './seeds.ts'
import { damageStructure } from './structure.ts'

export const fuzzKinds = [
  'structure',
  'bytes',
  'yaml',
  'archive',
  'lines',
  'log',
  'settings',
  'capture',
  'server',
] as const
export type FuzzKind = (typeof fuzzKinds)[number]

/** How often each kind is tried. */
const shares: readonly FuzzKind[] = [
  ...new Array<FuzzKind>(7).fill('structure'),
  ...new Array<FuzzKind>(5).fill('bytes'),
  ...new Array<FuzzKind>(3).fill('yaml'),
  ...new Array<FuzzKind>(2).fill('archive'),
  ...new Array<FuzzKind>(2).fill('lines'),
  ...new Array<FuzzKind>(2).fill('log'),
  'settings',
  ...new Array<FuzzKind>(2).fill('capture'),
  'server',
]

/** The input of a seed and an index; the same each time as long as the seeds are the same. */
export function fuzzInput(seeds: Seeds, seed: number, index: number, only?: FuzzKind): FuzzInput {
  const random = randomOf(seed, index)
  const planned = random.pick(shares)
  return makers[only ?? planned](seeds, random)
}

const makers: Readonly<Record<FuzzKind, (seeds: Seeds, random: Random) => FuzzInput>> = {
  structure(seeds, random) {
    const [text, argv] = documentAndLine(seeds, random)
    const planted = `canary${random.below(2 ** 31)}canary`
    const damaged = damagedDocument(text, random)
    const document = damaged === undefined || random.chance(0.5) ? damaged : withSecret(damaged, planted, random)
    const file = document === undefined ? text : textOf(document, random.pick([0, 1, 4]))
    return { argv, files: filesFor(file, seeds, random), ...(document === undefined ? {} : { planted }) }
  },
  bytes(seeds, random) {
    const [text, argv] = documentAndLine(seeds, random)
    return { argv, files: filesFor(damageBytes(text, random, random.pick(seeds.dumps)), seeds, random) }
  },
  yaml(seeds, random) {
    const [text, argv] = documentAndLine(seeds, random)
    const document = damagedDocument(text, random) ?? {}
    let yaml: string
    try {
      yaml = yamlText(document, { lineWidth: -1, noRefs: random.chance(0.5), flowLevel: random.pick([3, 64]) })
    } catch {
      yaml = 'a: b'
    }
    const file = Buffer.from(oddYaml(yaml, random))
    const damaged = random.chance(0.4) ? damageBytes(file, random, text) : file
    if (random.chance(0.15)) return kubeconfigInput(damaged, random)
    return { argv, files: filesFor(damaged, seeds, random) }
  },
  archive(seeds, random) {
    const members = Array.from({ length: 1 + random.below(4) }, () => {
      const member = random.pick(random.chance(0.8) ? seeds.dumps : seeds.pages)
      return random.chance(0.3) ? damageBytes(member, random, member) : member
    })
    return { argv: dumpLine(random), files: filesFor(oddArchive(members, random), seeds, random) }
  },
  lines(seeds, random) {
    return { argv: oddLine(random), files: filesFor(random.pick(seeds.dumps), seeds, random) }
  },
  log(seeds, random) {
    const log = oddLog(random.pick(seeds.logs), random)
    return { argv: logLine(random), files: { ...filesFor(random.pick(seeds.dumps), seeds, random), log } }
  },
  settings(seeds, random) {
    const text = random.pick(seeds.settings)
    const odd = random.chance(0.5) ? Buffer.from(oddYaml(text.toString(), random)) : damageBytes(text, random, text)
    const argv = ['lint', '--file', '@dump', random.pick(['--config', '--baseline']), '@settings']
    return { argv, files: { ...filesFor(random.pick(seeds.dumps), seeds, random), settings: odd } }
  },
  capture(seeds, random) {
    const capture = random.pick(seeds.captures)
    const other = random.pick(seeds.captures)
    const files = { capture: random.chance(0.9) ? damageBytes(capture, random, other) : capture }
    return { argv: captureLine(random), files: { ...filesFor(random.pick(seeds.dumps), seeds, random), ...files } }
  },
  server(seeds, random) {
    const page = random.pick(random.chance(0.6) ? seeds.dumps : seeds.pages)
    const lines = [
      ['info'],
      ['stats'],
      ['stats', '--type', 'clusters'],
      ['log'],
      ['certs'],
      ...Array.from({ length: 5 }, () => dumpLine(random)),
    ]
    const argv = random
      .pick(lines)
      .flatMap((word, at, line) => (word === '--file' ? [] : line[at - 1] === '--file' ? [] : [word]))
    const answer = {
      status: random.chance(0.8) ? 200 : random.pick([100, 204, 301, 400, 403, 404, 500, 503]),
      headers: random.chance(0.2) ? { 'content-type': random.pick(['text/html', 'x', 'application/json']) } : {},
      body: random.chance(0.7) ? damageBytes(page, random, page) : page,
      cut: random.chance(0.1),
    }
    return { argv: [...argv, '--url', '@url', '--request-timeout', '2s'], files: filesFor(page, seeds, random), answer }
  },
}

/** `JSON.stringify` has an end at some thousand levels. */
function textOf(document: Json, indent: number): Buffer {
  try {
    return Buffer.from(JSON.stringify(document, null, indent))
  } catch {
    return Buffer.from([...jsonPieces(document)].join(''))
  }
}

/** Lines of a log with what nobody expects in one: bytes of any kind, a megabyte without an end, the same a thousand times. */
function oddLog(log: Buffer, random: Random): Buffer {
  const noise = random.pick([
    Buffer.from(random.pick(oddTexts)),
    Buffer.from(Array.from({ length: 1000 }, () => random.below(256))),
    Buffer.from('"'.repeat(random.pick([10, 1_200_000]))),
    Buffer.from('[{'.repeat(random.pick([10, 100_000]))),
    Buffer.from(log.toString().repeat(1000)),
  ])
  const damaged = random.chance(0.7) ? damageBytes(log, random, log) : log
  return Buffer.concat(random.chance(0.5) ? [damaged, noise] : [noise, damaged])
}

function documentAndLine(seeds: Seeds, random: Random): [document: Buffer, argv: string[]] {
  const kind = random.below(20)
  if (kind === 0) return [random.pick(seeds.ztunnel), ztunnelLine(random)]
  if (kind === 1) return [random.pick(seeds.cases), ['trace', '--file', '@other', '--requests', '@dump']]
  if (kind === 2) return [random.pick(seeds.pages), dumpLine(random)]
  return [random.pick(seeds.dumps), dumpLine(random)]
}

function filesFor(dump: Buffer, seeds: Seeds, random: Random): Record<string, Buffer> {
  return { dump, other: random.pick(seeds.dumps), cases: random.pick(seeds.cases) }
}

function damagedDocument(text: Buffer, random: Random): Json | undefined {
  try {
    return damageStructure(JSON.parse(text.toString()), random)
  } catch {
    return undefined
  }
}

/** Puts a secret where Envoy has one, into an object of the document. */
function withSecret(document: Json, secret: string, random: Random): Json {
  const objects: { [key: string]: Json | undefined }[] = []
  const open: Json[] = [document]
  for (let next = open.pop(); next !== undefined && objects.length < 5000; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue
    if (!Array.isArray(next)) objects.push(next)
    for (const item of Object.values(next)) if (item !== undefined) open.push(item)
  }
  if (objects.length === 0) return document
  const base64 = Buffer.from(secret).toString('base64')
  const [field, value] = random.pick<readonly [string, Json]>([
    ['private_key', { inline_string: secret }],
    ['privateKey', { inlineBytes: base64 }],
    ['password', secret],
    ['session_ticket_keys', { keys: [{ inline_bytes: base64 }] }],
    ['generic_secret', { secret: { inline_string: secret } }],
    ['x', `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----\n`],
  ])
  random.pick(objects)[field] = value
  return document
}

/** YAML with what JSON does not have. */
function oddYaml(yaml: string, random: Random): string {
  const lines = yaml.split('\n')
  for (let times = random.below(4); times > 0; times--) {
    const at = random.below(lines.length)
    const line = lines[at] ?? ''
    lines[at] = random.pick([
      line.replace(/: /, ': &a '),
      line.replace(/: .*/, ': *a'),
      line.replace(/- /, '- &b '),
      line.replace(/- .*/, '- *b'),
      `${line} # ${random.pick(oddTexts)}`,
      line.replace(/: .*/, `: ${random.pick(oddTexts)}`),
      line.replace(/: .*/, ': !!binary aGVsbG8='),
      line.replace(/: .*/, `: ${'['.repeat(random.pick([10, 400, 20_000]))}`),
      `\t${line}`,
      `---\n${line}`,
      `? ${line}`,
      line.replace(/: .*/, ': |\n   a\n  b'),
    ])
  }
  return lines.join('\n')
}

function kubeconfigInput(noise: Buffer, random: Random): FuzzInput {
  const text = [
    'apiVersion: v1',
    'kind: Config',
    'current-context: c',
    'contexts: [{name: c, context: {cluster: k, user: u}}]',
    'clusters:',
    '- name: k',
    '  cluster: {server: "http://127.0.0.1:9"}',
    'users: [{name: u, user: {token: abc}}]',
    '',
  ].join('\n')
  const damaged = random.chance(0.5) ? Buffer.from(oddYaml(text, random)) : Buffer.concat([Buffer.from(text), noise])
  return { argv: ['clusters', 'web', '--kubeconfig', '@dump', '--request-timeout', '1s'], files: { dump: damaged } }
}
