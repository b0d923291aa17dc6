import { type Question, queryOf } from '../../src/analyses/trace/question/question.ts'
import { readLines } from './trace-vectors.ts'

/** A request of the vectors, as it is asked of a page and of the program. */
export interface AskedVector {
  /** Below the corpus. */
  readonly file: string
  readonly question: Question
}

interface RealRequest {
  readonly address: string
  readonly port: number
  readonly source_ip: string
  readonly transport: 'plain' | 'tls'
  readonly sni?: string | null
  readonly alpn?: string[] | null
  readonly protocol: string
  readonly method: string
  readonly authority: string | null
  readonly path: string
  readonly headers?: [string, string][]
}

/** What the independent model of Envoy's routing was asked. */
export interface ModelledRequest {
  readonly dst: string
  readonly dport: number
  readonly redirect?: number
  readonly app: 'raw' | 'http/1.1'
  readonly tls: boolean
  readonly sni: string
  readonly alpn: string[]
  readonly host: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly src: string
  readonly sport: number
  readonly random: number
}

/** So many requests of the vectors, spread evenly over each set: real Envoy, its smallest configurations, the model. */
export function askedVectors(count: number): AskedVector[] {
  const minimal = realVectors('vectors/minimal')
  const modelled = readLines<{ file: string; request: ModelledRequest }>('vectors/traces.jsonl').map(
    ({ file, request }) => ({ file: `dumps/${file}`, question: modelledQuestion(request) }),
  )
  const few = spread(minimal, Math.floor(count / 10))
  const some = spread(modelled, Math.floor(count / 4))
  return [...spread(realVectors('vectors/real-envoy'), count - few.length - some.length), ...few, ...some]
}

function spread<T>(items: readonly T[], count: number): T[] {
  const wanted = Math.min(count, items.length)
  return Array.from({ length: wanted }, (_, at) => items[Math.floor((at * items.length) / wanted)]).filter(
    (item) => item !== undefined,
  )
}

function realVectors(set: string): AskedVector[] {
  return readLines<{ dump: string; request: RealRequest }>(`${set}/truth.jsonl`).map(({ dump, request }) => ({
    file: `${set}/dumps/${dump}.config_dump.json`,
    question: realQuestion(request),
  }))
}

function realQuestion(sent: RealRequest): Question {
  return question({
    host: [sent.authority || sent.address],
    port: [String(sent.port)],
    path: sent.path === '' ? [] : [sent.path],
    method: [sent.method],
    header: (sent.headers ?? []).map(([name, value]) => `${name}: ${value}`),
    protocol: [sent.protocol],
    tls: sent.transport === 'tls' ? ['true'] : [],
    sni: !sent.sni ? [] : [sent.sni],
    alpn: !sent.alpn ? [] : [sent.alpn.join(',')],
    address: [sent.address],
    source: [`${sent.source_ip}:40000`],
    explain: ['true'],
  })
}

function modelledQuestion(sent: ModelledRequest): Question {
  return question({
    host: [sent.host || sent.dst],
    port: [String(sent.dport)],
    path: [sent.path],
    header: Object.entries(sent.headers).map(([name, value]) => `${name}: ${value}`),
    protocol: [sent.app === 'raw' ? 'tcp' : 'http1'],
    tls: sent.tls ? ['true'] : [],
    sni: sent.sni === '' ? [] : [sent.sni],
    alpn: sent.alpn.length === 0 ? [] : [sent.alpn.join(',')],
    address: [sent.dst],
    source: [`${sent.src}:${sent.sport}`],
    redirected: sent.redirect === undefined ? ['false'] : [],
    'capture-port': sent.redirect === undefined ? [] : [String(sent.redirect)],
    random: [String(sent.random)],
  })
}

function question(flags: Readonly<Record<string, readonly string[]>>): Question {
  return { url: undefined, flags: new Map(Object.entries(flags).filter(([, values]) => values.length > 0)) }
}

/** The same as arguments of `trace`. */
export function argvOf({ url, flags }: Question): string[] {
  return [
    ...(url === undefined ? [] : [url]),
    ...[...flags].flatMap(([name, values]) => values.map((value) => `--${name}=${value}`)),
  ]
}

/** What stands behind `?` in the address of a page. */
export function fragmentQuery(question: Question): string {
  return queryOf(question).toString()
}
