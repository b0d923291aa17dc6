import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { installEnvoy } from '../../../scripts/fixtures/installation.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'

/** A real Envoy on loopback that writes what it did with each request. */
export interface TracedEnvoy {
  /** `HOST:PORT` of its admin interface. */
  readonly admin: string
  /** Where its files are. */
  readonly folder: string
  dump(): Promise<Uint8Array>
  /** The value of a statistic; 0 while it has none of the name. */
  stat(name: string): Promise<number>
  /**
   * Lines of the access log once there are at least so many.
   * @param options `resent`: of so many cases, for requests that Envoy sends anew, each with a line of its own; no request may be under way
   */
  log(count: number, options?: { readonly resent?: boolean }): Promise<LogLine[]>
  stop(): Promise<void>
}

export interface LogLine {
  readonly case: string | null
  readonly peer: string
  readonly local: string
  readonly route: string | null
  readonly cluster: string | null
  readonly host: string | null
  readonly code: number | null
  readonly flags: string | null
  readonly details: string | null
  readonly closed: string | null
  readonly chain: string | null
  readonly location: string | null
  readonly path: string | null
  readonly authority: string | null
  /** The server name of the handshake that reached the upstream; `none` without one. */
  readonly sni: string | null
  readonly failure: string | null
  /** Of the answer to the client. */
  readonly mapped: string | null
}

/** The access log of a connection manager, TCP proxy or listener. @param name what tells its requests or connections apart */
export function accessLog(folder: string, name = '%REQ(X-CASE)%'): JsonObject[] {
  const json_format = {
    case: name,
    peer: '%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%',
    local: '%DOWNSTREAM_LOCAL_ADDRESS%',
    route: '%ROUTE_NAME%',
    cluster: '%UPSTREAM_CLUSTER_RAW%',
    host: '%UPSTREAM_HOST%',
    code: '%RESPONSE_CODE%',
    flags: '%RESPONSE_FLAGS%',
    details: '%RESPONSE_CODE_DETAILS%',
    closed: '%CONNECTION_TERMINATION_DETAILS%',
    chain: '%FILTER_CHAIN_NAME%',
    location: '%RESP(LOCATION)%',
    path: '%RESP(X-PATH)%',
    authority: '%RESP(X-AUTHORITY)%',
    sni: '%RESP(X-SNI)%',
    failure: '%UPSTREAM_TRANSPORT_FAILURE_REASON%',
    mapped: '%RESP(X-MAPPED)%',
  }
  const type = 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog'
  return [
    { name: 'file', typed_config: { '@type': type, path: join(folder, 'access.log'), log_format: { json_format } } },
  ]
}

/**
 * @param version as the fixtures pin it
 * @param bootstrap makes the bootstrap, given the folder for logs
 * @param options `isWarming`: what it is to wait for never comes, so that its admin interface is enough
 */
export async function startEnvoy(
  version: string,
  bootstrap: (folder: string) => JsonObject,
  { isWarming = false }: { readonly isWarming?: boolean } = {},
): Promise<TracedEnvoy> {
  const folder = mkdtempSync(join(tmpdir(), 'trace-envoy-'))
  const admin = { address: { socket_address: { address: '127.0.0.1', port_value: 0 } } }
  writeFileSync(join(folder, 'envoy.json'), JSON.stringify({ admin, ...bootstrap(folder) }))
  const output = openSync(join(folder, 'envoy.log'), 'w')
  const options = [
    '-c',
    './envoy.json',
    '--disable-hot-restart',
    '--concurrency',
    '1',
    '-l',
    'warning',
    '--admin-address-path',
    './admin',
    '--file-flush-interval-msec',
    '50',
  ]
  const child = spawn(installEnvoy(version), options, { cwd: folder, stdio: ['ignore', output, output] })
  const stop = async (): Promise<void> => {
    await end(child)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    return await running()
  } catch (error) {
    await stop()
    throw error
  }

  async function running(): Promise<TracedEnvoy> {
    const address = await until(
      () => (existsSync(join(folder, 'admin')) ? readFileSync(join(folder, 'admin'), 'utf8') : ''),
      child,
      folder,
    )
    const get = async (path: string): Promise<Uint8Array> =>
      new Uint8Array(await (await fetch(`http://${address}/${path}`)).arrayBuffer())
    await until(
      async () => (isWarming || new TextDecoder().decode(await get('ready')).includes('LIVE') ? 'live' : ''),
      child,
      folder,
    )
    const stats = async (filter: string): Promise<[string, number][]> => {
      const text = new TextDecoder().decode(await get(`stats?filter=${encodeURIComponent(filter)}`))
      return Array.from(text.matchAll(/^(.+): (\d+)$/gm), ([, name = '', value]) => [name, Number(value)])
    }
    const isWritten = async (): Promise<boolean> => {
      const active = await stats('^http\\..*downstream_rq_active$')
      if (active.some(([name, value]) => value > 0 && !name.startsWith('http.admin.'))) return false
      const waiting = await stats('^filesystem\\.write_total_buffered$')
      return waiting.every(([, value]) => value === 0)
    }
    const lines = (): LogLine[] =>
      readFileSync(join(folder, 'access.log'), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as LogLine)
    return {
      admin: address.trim(),
      folder,
      stop,
      stat: async (name) => (await stats(`^${name.replaceAll('.', '\\.')}$`)).find(([one]) => one === name)?.[1] ?? 0,
      dump: async () => {
        const bytes = await get('config_dump?include_eds')
        // To ask by hand for what differs.
        if (process.env.TRACE_DUMP !== undefined) writeFileSync(process.env.TRACE_DUMP, bytes)
        return bytes
      },
      log: async (count, { resent = false } = {}) => {
        // What could not be read has no case: each such line counts.
        const cases = (): number => new Set(lines().map((line, place) => line.case ?? place)).size
        const enough = (): boolean => (resent ? cases() : lines().length) >= count
        await until(() => (enough() ? 'enough' : ''), child, folder)
        // How many lines there are of what was sent anew is not known: all are there when nothing is under way, and nothing is to be written.
        if (resent) await until(async () => ((await isWritten()) ? 'written' : ''), child, folder)
        return lines()
      },
    }
  }
}

async function until(look: () => string | Promise<string>, child: ChildProcess, folder: string): Promise<string> {
  for (const deadline = Date.now() + 20_000; ; ) {
    const found = await Promise.resolve()
      .then(look)
      .catch(() => '')
    if (found !== '') return found
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new Error(`Envoy is not where it should be: ${reasonIn(readFileSync(join(folder, 'envoy.log'), 'utf8'))}`)
    }
    await sleep(50)
  }
}

/** Envoy prints a refused configuration whole; the reason stands in its first or last lines. */
function reasonIn(log: string): string {
  return log.length < 1500 ? log : `${log.slice(0, 500)} … ${log.slice(-800)}`
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await ended
  clearTimeout(timer)
}
