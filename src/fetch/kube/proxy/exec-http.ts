import { AppError } from '../../../errors.ts'
import type { Connection } from '../api/connection.ts'
import { type ExecResult, type ExecTarget, execInPod } from './exec.ts'

interface Tool {
  readonly name: string
  command(request: AdminRequest): string[]
  /** Body and HTTP status of a run; undefined when the container has no such program. */
  read(result: ExecResult): { status: number; body: Uint8Array }
}

export interface AdminRequest {
  readonly port: number
  /** Without a leading slash. */
  readonly path: string
  readonly method: 'GET' | 'POST'
}

/** What containers with an Envoy have, the best first. */
const tools: readonly Tool[] = [
  {
    name: 'pilot-agent',
    command: ({ port, path, method }) => ['pilot-agent', 'request', '--debug-port', String(port), method, path],
    read: plain,
  },
  {
    name: 'curl',
    command: ({ port, path, method }) => ['curl', '-sS', '-X', method, '-w', '\\n%{http_code}', url(port, path)],
    read(result) {
      const end = result.stdout.lastIndexOf(0x0a)
      const status = Number(result.stdout.subarray(end + 1).toString('latin1'))
      if (result.exitCode !== 0 || end < 0 || !(status > 0)) throw failed(result)
      return { status, body: result.stdout.subarray(0, end) }
    },
  },
  {
    name: 'wget',
    command: ({ port, path, method }) => [
      'wget',
      '-q',
      '-S',
      '-O',
      '-',
      ...(method === 'POST' ? ['--post-data='] : []),
      url(port, path),
    ],
    read(result) {
      // With -S the headers are on stderr.
      const status = Number(/^\s*HTTP\/[\d.]+ (\d{3})/m.exec(result.stderr)?.[1])
      if (result.exitCode !== 0 && !(status > 0)) throw failed(result)
      return { status: status > 0 ? status : 200, body: result.stdout }
    },
  },
]

export interface ExecHttpInput {
  readonly connection: Connection
  readonly target: ExecTarget
  readonly request: AdminRequest
  /** Name of the tool that worked before in this container. */
  readonly tool?: string | undefined
  readonly limit: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Asks Envoy's admin interface by a program inside the proxy container.
 * @throws AppError when the container has none of the programs, or the one it has fails
 */
export async function execHttp(input: ExecHttpInput): Promise<{ status: number; body: Uint8Array; tool: string }> {
  const { connection, target, request, limit, signal } = input
  const candidates = tools.filter(({ name }) => input.tool === undefined || input.tool === name)
  for (const tool of candidates) {
    const result = await execInPod(connection, target, { command: tool.command(request), limit, signal })
    if (!isMissing(result)) return { ...tool.read(result), tool: tool.name }
  }
  throw new AppError(
    `${target.container === undefined ? 'the default container' : `container "${target.container}"`} of pod "${target.name}" has no ${tools.map(({ name }) => name).join(', ')} to ask Envoy with`,
    { hint: 'Use port-forward, or name another container with --container.' },
  )
}

function plain(result: ExecResult): { status: number; body: Uint8Array } {
  if (result.exitCode === 0) return { status: 200, body: result.stdout }
  const status = Number(
    /\b([45]\d\d)\b/.exec(`${result.stderr}\n${result.stdout.subarray(0, 2000).toString('utf8')}`)?.[1],
  )
  if (status > 0) return { status, body: result.stdout }
  throw failed(result)
}

function failed({ exitCode, stderr, message }: ExecResult): AppError {
  const words = stderr.trim().split('\n').at(-1) || message || `exit code ${exitCode}`
  return new AppError(`asking Envoy by exec failed: ${words}`, {
    hint: /refused/i.test(words)
      ? 'Is Envoy running, and is this its admin port? Name it with --proxy-admin-port.'
      : 'The program in the container gave this reason; --via port-forward asks Envoy without it.',
  })
}

/** 126 and 127 are a shell's or runtime's way to say that a program is not there. */
function isMissing({ exitCode, stderr, message }: ExecResult): boolean {
  if (exitCode === 126 || exitCode === 127) return true
  return (
    exitCode !== 0 &&
    /executable file not found|no such file or directory|command not found/i.test(`${message} ${stderr}`)
  )
}

function url(port: number, path: string): string {
  return `http://127.0.0.1:${port}/${path}`
}
