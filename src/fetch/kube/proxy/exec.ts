import { Writable } from 'node:stream'
import type { KubeConfig } from '@kubernetes/client-node'
import { Exec } from '@kubernetes/client-node/dist/exec.js'
import type { WebSocket } from 'ws'
import { objectOf, stringOf } from '../../../envoy/json.ts'
import { AppError } from '../../../errors.ts'
import { pathSegment } from '../../../mesh/api/path-segment.ts'
import { forbidden } from '../../../mesh/api/rbac.ts'
import { Gatherer } from '../../gatherer.ts'
import { limits, tooLarge } from '../../limits.ts'
import { exitCodeOf } from '../api/answer-errors.ts'
import type { Connection } from '../api/connection.ts'
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
  const ended = Promise.withResolvers<unknown>()
  ended.promise.catch(() => undefined)
  const deadline = AbortSignal.timeout(limit)
  const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline])
  let socket: WebSocket | undefined
  const { maxSize } = connection.access
  const label = `${command[0]} in pod "${target.name}"`
  const full = () => {
    ended.reject(tooLarge(label, maxSize))
    socket?.terminate()
  }
  const stdout = collector({ kept: maxSize, max: maxSize, full })
  const stderr = collector({ kept: limits.errorText, max: maxSize, full })
  const opener = webSockets(connection, stop, (opening) => {
    socket = opening
    // Before that, the opener says what failed, and may open another.
    opening.once('open', () => {
      opening.on('error', (cause) => ended.reject(brokenFrame(cause, label)))
      opening.on('close', () => ended.resolve(undefined))
    })
  })
  const started = new Exec(noConfig, opener).exec(
    // They are put in a path as they are.
    pathSegment(target.namespace),
    pathSegment(target.name),
    target.container ?? '',
    [...command],
    stdout.stream,
    stderr.stream,
    null,
    false,
    (status) => ended.resolve(status),
  )
  try {
    const permission = { resource: 'pods/exec', verbs: ['get', 'create'], namespace: target.namespace }
    const opened = await forbidden(started, permission)
    const status = await ended.promise
    stop.throwIfAborted()
    hangUp(opened)
    if (status === undefined)
      throw new AppError(`the connection to pod "${target.name}" was lost during exec`, {
        code: 'cut-short',
        hint: 'The API server, or a proxy in front of it, ended the connection; try again.',
      })
    return { ...outcome(status), stdout: stdout.bytes(), stderr: stderr.bytes().toString('utf8') }
  } catch (error) {
    signal?.throwIfAborted()
    if (!deadline.aborted) throw error
    throw new AppError(`${label} did not end within ${limit / 1000} s`, {
      code: 'timeout',
      hint: 'The container may be stopped or overloaded. --request-timeout sets how long to wait.',
    })
  }
}

function brokenFrame(cause: Error, label: string): AppError {
  return new AppError(`${label} failed: the API server sent a broken WebSocket frame (${cause.message})`, {
    cause,
    code: 'unexpected-answer',
    hint: 'Try --via port-forward, or ask who runs the API server or a proxy in front of it.',
  })
}

/** Never asked: all that Exec needs is in the opener. */
const noConfig = {} as KubeConfig

function outcome(status: unknown): Pick<ExecResult, 'exitCode' | 'message'> {
  const { status: word, message } = objectOf(status)
  return { exitCode: word === 'Success' ? 0 : exitCodeOf(status), message: stringOf(message) ?? '' }
}

interface Collecting {
  /** Bytes that are kept, from the beginning. */
  readonly kept: number
  /** Bytes after which `full` is called. */
  readonly max: number
  full(): void
}

function collector({ kept, max, full }: Collecting): { stream: Writable; bytes(): Buffer } {
  const all = new Gatherer(kept)
  let received = 0
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      all.add(chunk.subarray(0, kept - all.length))
      received += chunk.length
      if (received > max) full()
      done()
    },
  })
  // Frames behind the end of a stream.
  stream.on('error', () => undefined)
  return { stream, bytes: () => all.bytes() }
}
