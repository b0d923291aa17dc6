import { join } from 'node:path'
import { corpus } from '../conformance/corpus.ts'
import { readLines } from '../conformance/trace-vectors.ts'

/** A request in the words of `trace`: what the box of the page has as fields. */
export interface AskedRequest {
  /** The path of the dump. */
  readonly dump: string
  readonly url: string
  /** Flags of `trace` by their long names, in order. */
  readonly flags: readonly (readonly [name: string, value: string])[]
}

interface Modelled {
  readonly file: string
  readonly request: {
    readonly dst: string
    readonly dport: number
    readonly redirect?: number
    readonly app: 'raw' | 'http/1.1'
    readonly tls: boolean
    readonly sni: string
    readonly alpn: readonly string[]
    readonly host: string
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
    readonly src: string
    readonly sport: number
    readonly random: number
  }
}

interface Answered {
  readonly dump: string
  readonly request: {
    readonly address: string
    readonly port: number
    readonly source_ip: string
    readonly transport: 'plain' | 'tls'
    readonly sni: string | null
    readonly alpn: readonly string[] | null
    readonly protocol: 'http1' | 'http2' | 'tcp'
    readonly method: string
    readonly authority: string | null
    readonly path: string
    readonly headers: readonly (readonly [string, string])[]
    readonly http_version?: string
  }
}

/**
 * Requests of the vectors, evenly over all of them, so that each dump and feature has some.
 * @param count at least as many
 */
export function vectorRequests(count: number): AskedRequest[] {
  const answered = readLines<Answered>('vectors/real-envoy/truth.jsonl').map(fromAnswered)
  const modelled = readLines<Modelled>('vectors/traces.jsonl').map(fromModelled)
  const all = [...answered, ...modelled]
  const step = Math.floor(all.length / count)
  return all.filter((_, index) => index % step === 0)
}

function fromAnswered({ dump, request: sent }: Answered): AskedRequest {
  return {
    dump: join(corpus, `vectors/real-envoy/dumps/${dump}.config_dump.json`),
    url: `${sent.transport === 'tls' ? 'https' : 'http'}://${sent.address}:${sent.port}/`,
    flags: [
      ['method', sent.method],
      ['path', sent.path],
      ...flag('host', sent.authority ?? ''),
      ['source', `${sent.source_ip}:40000`],
      ...flag('sni', sent.sni ?? ''),
      ...flag('alpn', (sent.alpn ?? []).join(',')),
      ['protocol', sent.http_version === 'HTTP/1.0' ? 'http1.0' : sent.protocol],
      ...sent.headers.map(([name, value]) => ['header', `${name}=${value}`] as const),
    ],
  }
}

function fromModelled({ file, request: sent }: Modelled): AskedRequest {
  return {
    dump: join(corpus, 'dumps', file),
    url:
      sent.app === 'raw'
        ? `tcp://${hostOf(sent.dst)}:${sent.dport}`
        : `http${sent.tls ? 's' : ''}://${sent.host}${sent.path}`,
    flags: [
      ['address', sent.dst],
      ['port', String(sent.dport)],
      ['source', `${hostOf(sent.src)}:${sent.sport}`],
      ['random', String(sent.random)],
      ...flag('capture-port', sent.redirect === undefined ? '' : String(sent.redirect)),
      ...flag('sni', sent.sni),
      ...flag('alpn', sent.alpn.join(',')),
      ...Object.entries(sent.headers).map(([name, value]) => ['header', `${name}=${value}`] as const),
    ],
  }
}

function flag(name: string, value: string): [string, string][] {
  return value === '' ? [] : [[name, value]]
}

function hostOf(address: string): string {
  return address.includes(':') ? `[${address}]` : address
}
