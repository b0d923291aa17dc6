import { spawn } from 'node:child_process'
import { resolve, sep } from 'node:path'
import { isObject, objectOf, stringOf } from '../../../envoy/json.ts'
import { AppError } from '../../../errors.ts'
import { limits } from '../../limits.ts'
import type { ExecPlugin } from '../access/access.ts'
import type { Host } from '../access/host.ts'

// client-node has an ExecAuth, but it hides the plugin's stderr unless it fails, gives it a pipe as stdin, sets no
// KUBERNETES_EXEC_INFO and drops the install hint: a log-in by device code would hang in silence.

export interface ExecCredential {
  readonly token: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
  /** Milliseconds since the epoch; undefined when it holds for the whole run. */
  readonly expires: number | undefined
}

const group = 'client.authentication.k8s.io'
const supported = new Set([`${group}/v1`, `${group}/v1beta1`])

/**
 * Runs a credential plugin as client-go does.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 * @throws AppError in client-go's words: not installed, failed, wrong answer
 */
export async function runExecPlugin(plugin: ExecPlugin, host: Host, signal?: AbortSignal): Promise<ExecCredential> {
  if (!supported.has(plugin.apiVersion)) throw failure(`exec plugin: invalid apiVersion "${plugin.apiVersion}"`)
  const interactive = plugin.interactiveMode !== 'Never' && host.stdinIsTerminal
  if (plugin.interactiveMode === 'Always' && !interactive) {
    throw failure('exec plugin cannot support interactive mode: standard input is not a terminal')
  }
  const info = {
    kind: 'ExecCredential',
    apiVersion: plugin.apiVersion,
    spec: { interactive, ...(plugin.provideClusterInfo ? { cluster: plugin.cluster } : {}) },
  }
  const env = { ...host.env, ...Object.fromEntries(plugin.env), KUBERNETES_EXEC_INFO: JSON.stringify(info) }
  const output = await run({ plugin, env, interactive, host, signal })
  return credential(output, plugin.apiVersion)
}

interface Run {
  readonly plugin: ExecPlugin
  readonly env: Record<string, string | undefined>
  readonly interactive: boolean
  readonly host: Host
  readonly signal: AbortSignal | undefined
}

function run({ plugin, env, interactive, host, signal }: Run): Promise<string> {
  const command =
    plugin.command.includes('/') || plugin.command.includes(sep)
      ? resolve(plugin.directory, plugin.command)
      : plugin.command
  return new Promise((done, fail) => {
    const child = spawn(command, plugin.args, {
      env,
      stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'pipe'],
      ...(signal === undefined ? {} : { signal }),
    })
    const give = (message: string) => {
      fail(failure(`exec: executable ${plugin.command} ${message}`, plugin.installHint))
      child.kill('SIGKILL')
      // What it started may still hold the pipes.
      child.stdout.destroy()
      child.stderr.destroy()
    }
    const late = setTimeout(
      () => give(`did not end within ${limits.credentialTime / 60_000} minutes`),
      limits.credentialTime,
    )
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (output.length > limits.credential)
        give(`printed more than ${limits.credential / 2 ** 20} MiB, which is no ExecCredential`)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => host.writeStderr(text))
    child.on('error', (cause: NodeJS.ErrnoException) => {
      clearTimeout(late)
      if (cause.name === 'AbortError') fail(cause)
      else if (cause.code === 'ENOENT') fail(notInstalled(plugin, cause))
      else fail(failure(`exec: ${cause.message}`, plugin.installHint))
    })
    child.on('close', (code, killedBy) => {
      clearTimeout(late)
      if (code === 0) done(output)
      else if (code === null) fail(failure(`exec: executable ${plugin.command} was ended by ${killedBy}`))
      else fail(failure(`exec: executable ${plugin.command} failed with exit code ${code}`, plugin.installHint))
    })
  })
}

function credential(output: string, apiVersion: string): ExecCredential {
  let answer: unknown
  try {
    answer = JSON.parse(output)
  } catch (cause) {
    throw failure('exec plugin: its output is not an ExecCredential', undefined, cause)
  }
  const { kind, apiVersion: version, status } = objectOf(answer)
  if (kind !== 'ExecCredential')
    throw failure(`exec plugin: its output is not an ExecCredential but "${stringOf(kind) ?? ''}"`)
  if (version !== apiVersion) {
    throw failure(
      `exec plugin is configured to use API version ${apiVersion}, plugin returned version ${stringOf(version) ?? ''}`,
    )
  }
  if (!isObject(status)) throw failure("exec plugin didn't return a status field")
  const token = stringOf(status.token) || undefined
  const cert = stringOf(status.clientCertificateData) || undefined
  const key = stringOf(status.clientKeyData) || undefined
  if ((cert === undefined) !== (key === undefined))
    throw failure('exec plugin returned only certificate or key, not both')
  if (token === undefined && cert === undefined) throw failure("exec plugin didn't return a token or cert/key pair")
  const expires = Date.parse(stringOf(status.expirationTimestamp) ?? '')
  return { token, cert, key, expires: Number.isNaN(expires) ? undefined : expires }
}

function notInstalled(plugin: ExecPlugin, cause: unknown): AppError {
  const hint =
    plugin.installHint?.trim().split('\n') ??
    'It is a client-go credential plugin: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins'
  return failure(`exec: executable ${plugin.command} not found`, hint, cause)
}

function failure(message: string, hint?: string | readonly string[], cause?: unknown): AppError {
  return new AppError(`Unable to connect to the server: getting credentials: ${message}`, {
    hint,
    cause,
    code: 'credentials',
  })
}
