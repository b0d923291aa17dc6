import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ConfigDump } from '../../../src/envoy/dump/config-dump.ts'
import type { TraceRequest } from '../../../src/semantics/request.ts'
import type { RequestSpec } from '../../../src/walk/request/request-spec.ts'
import { resolveRequest } from '../../../src/walk/request/resolve-request.ts'
import { trace } from '../../../src/walk/trace.ts'
import type { Lab, LabPod } from '../lab.ts'
import type { Sending, Sent } from './send-requests.ts'

const sender = fileURLToPath(new URL('send-requests.ts', import.meta.url))

/** The proxy that requests go to first, and where they go that pass through it. */
export interface FirstProxy {
  readonly name: string
  readonly dump: ConfigDump
  /** The lab has no kube-proxy: what passes through has to go to a pod. */
  readonly fallback: LabPod
}

/** Requests by the name that they carry in the header `x-case`. */
export function requestsOf(proxy: FirstProxy, questions: readonly RequestSpec[]): Map<string, TraceRequest> {
  return new Map(
    questions.map((question, index) => {
      const name = `${proxy.name}-${index}`
      const headers = [...(question.headers ?? []), ['x-case', name] as const]
      return [name, reachable(proxy, resolveRequest({ ...question, headers }, proxy.dump).request)]
    }),
  )
}

export function reachable({ dump, fallback }: FirstProxy, request: TraceRequest): TraceRequest {
  const [hop] = trace({ dump, request }).alternatives[0]?.hops ?? []
  if (hop?.cluster !== 'PassthroughCluster') return request
  return { ...request, destination: { address: fallback.ip, port: request.destination.port } }
}

/** @param netns namespace to send from; the lab's own network when undefined @returns the client of each request */
export async function sendRequests(
  lab: Lab,
  requests: ReadonlyMap<string, TraceRequest>,
  netns: string | undefined,
): Promise<Map<string, string>> {
  const [first = ''] = requests.keys()
  const file = join(tmpdir(), `trace-${first}-${process.pid}.json`)
  writeFileSync(file, JSON.stringify([...requests].map(([name, request]) => sendingOf(name, request))))
  try {
    const argv = [process.execPath, sender, file]
    const { code, stdout, stderr } =
      netns === undefined ? await lab.run(process.execPath, argv.slice(1)) : await lab.exec(netns, argv)
    assert.equal(code, 0, stderr)
    const sent = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Sent)
    return new Map(sent.map((one) => [one.case, one.client]))
  } finally {
    rmSync(file)
  }
}

function sendingOf(name: string, { destination, http, tls }: TraceRequest): Sending {
  const { method = '', path = '', authority = '', headers = [] } = http ?? {}
  const head = [
    `${method} ${path} HTTP/1.1`,
    `host: ${authority}`,
    ...headers.map(([key, value]) => `${key}: ${value}`),
  ]
  const secure = tls && { alpn: tls.alpn ?? [], ...(tls.sni === undefined ? {} : { servername: tls.sni }) }
  return {
    case: name,
    address: destination.address ?? '',
    port: destination.port,
    text: `${head.join('\r\n')}\r\nconnection: close\r\n\r\n`,
    ...(secure === undefined ? {} : { tls: secure }),
  }
}
