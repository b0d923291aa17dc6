import { Writable } from 'node:stream'
import type { KubeConfig } from '@kubernetes/client-node'
import { Exec } from '@kubernetes/client-node/dist/exec.js'
import { objectOf, stringOf } from '../../../envoy/json.ts'
import { AppError } from '../../../errors.ts'
import { exitCodeOf } from '../api/api-error.ts'
import type { Connection } from '../api/connection.ts'
import { forbidden } from '../api/rbac.ts'
import { hangUp, webSockets } from '../api/web-socket.ts'

export interface ExecTarget {
  readonly name: string
  readonly namespace: string
  readonly container: string | undefined
}

export interface ExecResult {
  /** 0 when the command succeeded; undefined when the runtime could not start it or did not say. */
  readonly exitCode: number | undefined
  readonly stdout: Buffer
  readonly stderr: string
  /** The runtime's words when it failed: `executable file not found in $PATH`. */
  readonly message: string
}

/**
 * Runs a command in a container and waits for its end. client-node's Exec does the channels; its promise says nothing about
 * the end, so this settles on the status frame or, when that never comes, on the socket's close.
 * @param limit milliseconds; the remote process is not killed when they are over, so commands must be short
 * @throws ApiError when the API refuses, AppError when the connection dies or the time is over
 */
export async function execInPod(
  connection: Connection,
  target: ExecTarget,
  { command, limit, signal }: { command: readonly string[]; limit: number; signal?: AbortSignal | undefined },
): Promise<ExecResult> {
  const stdout = collector()
  const stderr = collector()
  const ended = Promise.withResolvers<unknown>()
  const deadline = AbortSignal.timeout(limit)
  const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline])
  const opener = webSockets(connection, stop)
  const exec = new Exec(noConfig, opener)
  try {
    const permission = { resource: 'pods/exec', verbs: ['get', 'create'], namespace: target.namespace }
    const started = exec.exec(
      target.namespace,
      target.name,
      target.container ?? '',
      [...command],
      stdout.stream,
      stderr.stream,
      null,
      false,
      (status) => ended.resolve(status),
    )
    const socket = await forbidden(started, permission)
    socket.on('close', () => ended.resolve(undefined))
    if (socket.readyState === socket.CLOSED) ended.resolve(undefined)
    const status = await ended.promise
    stop.throwIfAborted()
    hangUp(socket)
    if (status === undefined) throw new AppError(`the connection to pod "${target.name}" was lost during exec`)
    return { ...outcome(status), stdout: stdout.bytes(), stderr: stderr.bytes().toString('utf8') }
  } catch (error) {
    signal?.throwIfAborted()
    if (!deadline.aborted) throw error
    throw new AppError(`${command[0]} in pod "${target.name}" did not end within ${limit / 1000} s`)
  }
}

/** Never asked: all that Exec needs is in the opener. */
const noConfig = {} as KubeConfig

function outcome(status: unknown): Pick<ExecResult, 'exitCode' | 'message'> {
  const { status: word, message } = objectOf(status)
  return { exitCode: word === 'Success' ? 0 : exitCodeOf(status), message: stringOf(message) ?? '' }
}

function collector(): { stream: Writable; bytes(): Buffer } {
  const chunks: Buffer[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk)
      done()
    },
  })
  return { stream, bytes: () => Buffer.concat(chunks) }
}
