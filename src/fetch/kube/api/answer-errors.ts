import { isObject, numberOf, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { AppError } from '../../../errors.ts'
import { ApiError, notApiServer } from '../../../mesh/api/api-error.ts'
import type { ClusterAccess } from '../access/access.ts'

/** Headers of an answer that say when to ask again. */
interface AnswerTimes {
  readonly 'retry-after'?: string | undefined
  /** When it was sent, as its server has it. */
  readonly date?: string | undefined
}

/**
 * The error of an answer that is not a success, in kubectl's words. The body is a Status object, or text from something in
 * between.
 */
export function statusError(code: number, body: string, headers: AnswerTimes = {}): ApiError {
  const status = parseStatus(body)
  const reason = stringOf(status?.reason) || reasons[code] || ''
  const message = stringOf(status?.message) || textOf(code, body)
  if (code === 401 || reason === 'Unauthorized') {
    return new ApiError(401, `You must be logged in to the server (${message || 'Unauthorized'})`, logIn)
  }
  const text = `Error from server${reason === '' ? '' : ` (${reason})`}: ${message}`
  // The API server itself sends nobody elsewhere: a page to log in to does, or a server of another kind.
  const hint = code < 400 ? notApiServer : status === undefined && isOfProxy(code, body) ? fromProxy : undefined
  return new ApiError(code, text, hint, retryAfter(headers))
}

/** The API server explains its errors in a Status; a page, or that what is behind it failed, comes from a proxy. */
function isOfProxy(code: number, body: string): boolean {
  return code >= 500 || body.trimStart().startsWith('<')
}

const fromProxy =
  'A proxy in front of the API server may have answered: is the API server up behind it? Try again; kubectl config view --minify shows the address that is asked.'

/**
 * Seconds after which a server wants to be asked again (RFC 9110, 10.2.3): a number of them, or a time, which is held against the server's
 * own clock. Undefined where it says nothing that can be read.
 */
function retryAfter({ 'retry-after': wanted = '', date = '' }: AnswerTimes): number | undefined {
  if (/^\d+$/.test(wanted)) return Number(wanted)
  const seconds = /^[A-Z]/.test(wanted) ? (Date.parse(wanted) - Date.parse(date)) / 1000 : Number.NaN
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds)
}

/** Why a command in a container failed, from the V1Status of the exec's last frame. */
export function exitCodeOf(status: unknown): number | undefined {
  const causes = objectsOf(objectOf(objectOf(status).details).causes)
  return numberOf(causes.find((cause) => cause.reason === 'ExitCode')?.message)
}

/**
 * A request that got no answer: refused, unknown host, certificate, timeout. Says what kubectl says.
 * @param error whatever node threw; an AppError or an abort passes through
 */
export function transportError(error: unknown, access: ClusterAccess): unknown {
  if (error instanceof AppError || !(error instanceof Error) || error.name === 'AbortError') return error
  const { code, cert } = error as NodeJS.ErrnoException & { cert?: { subjectaltname?: string; valid_to?: string } }
  const { host, hostname } = new URL(access.server)
  if (code === 'ECONNREFUSED') {
    const message = `The connection to the server ${host} was refused - did you specify the right host or port?`
    return new AppError(message, { cause: error, code: 'server-refused', hint: access.missingConfig ?? address })
  }
  const certificate = certificateProblem(code, cert, access.tlsServerName ?? hostname)
  if (certificate !== undefined) {
    return new AppError(`Unable to connect to the server: tls: failed to verify certificate: x509: ${certificate}`, {
      cause: error,
      code: 'server-unreachable',
      hint: "Check certificate-authority-data in the kubeconfig, or name the server's CA with --certificate-authority.",
    })
  }
  const reason = network(code, host, hostname) ?? withoutUsers(handshake(error.message))
  return new AppError(`Unable to connect to the server: ${reason}`, {
    cause: error,
    code: 'server-unreachable',
    hint: access.missingConfig ?? (isNotTls(code) || code?.startsWith('HPE_') ? notApiServer : address),
  })
}

/** JSON, and no object. */
export function noObject(): AppError {
  return new AppError('Unable to connect to the server: its answer is not an object of Kubernetes', {
    code: 'server-unreachable',
    hint: notApiServer,
  })
}

/** An answer that is none: `100 Continue` without end, `101 Switching Protocols`. */
export function unexpected(status: number | undefined): AppError {
  return new AppError(`Unable to connect to the server: it answered HTTP status ${status}, which nobody asked for`, {
    code: 'server-unreachable',
    hint: notApiServer,
  })
}

/** The connection was lost while the answer was read. */
export function cutShort(cause: Error, received: number, length: string | undefined): AppError {
  const total = length === undefined ? '' : ` of ${length}`
  return new AppError(`Unable to connect to the server: its answer was cut short after ${received}${total} bytes`, {
    cause,
    code: 'server-unreachable',
    hint: 'The connection broke while the answer was on its way; try again.',
  })
}

const address = 'Is the cluster up? kubectl config view --minify shows the address that is asked.'

const logIn =
  'The credentials are missing, wrong or expired: log in again, or choose others with --context, --user or --token.'

const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  429: 'TooManyRequests',
  503: 'ServiceUnavailable',
  504: 'Timeout',
}

function parseStatus(body: string): ReturnType<typeof objectOf> | undefined {
  try {
    const status: unknown = JSON.parse(body)
    return isObject(status) && status.kind === 'Status' ? status : undefined
  } catch {
    return undefined
  }
}

function textOf(code: number, body: string): string {
  const line = body.trim().split('\n')[0] ?? ''
  if (code === 404 && (line === '' || line === '404 page not found'))
    return 'the server could not find the requested resource'
  return line === '' || line.startsWith('<') ? `the server answered with HTTP status ${code}` : line.slice(0, 500)
}

function certificateProblem(
  code: string | undefined,
  cert: { subjectaltname?: string; valid_to?: string } | undefined,
  name: string,
): string | undefined {
  switch (code) {
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'CERT_SIGNATURE_FAILURE':
      return 'certificate signed by unknown authority'
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return 'certificate has expired or is not yet valid'
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `certificate is valid for ${(cert?.subjectaltname ?? 'no name').replace(/(DNS|IP Address):/g, '')}, not ${name}`
    default:
      return undefined
  }
}

/** The words of the ws package for what kubectl calls a timeout. */
function handshake(message: string): string {
  return message === 'Opening handshake has timed out'
    ? 'net/http: request canceled (Client.Timeout exceeded while awaiting headers)'
    : message
}

/** Node names the proxy it went through as it was given. */
function withoutUsers(text: string): string {
  return text.replace(/\/\/[^/\s]*@/g, '//')
}

function isNotTls(code: string | undefined): boolean {
  return code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG'
}

function network(code: string | undefined, host: string, hostname: string): string | undefined {
  if (isNotTls(code)) return 'http: server gave HTTP response to HTTPS client'
  switch (code) {
    case 'ENOTFOUND':
      return `dial tcp: lookup ${hostname}: no such host`
    case 'EAI_AGAIN':
      return `dial tcp: lookup ${hostname}: Temporary failure in name resolution`
    case 'ETIMEDOUT':
      return `dial tcp ${host}: i/o timeout`
    case 'EHOSTUNREACH':
      return `dial tcp ${host}: connect: no route to host`
    case 'ENETUNREACH':
      return `dial tcp ${host}: connect: network is unreachable`
    case 'ECONNRESET':
    case 'EPIPE':
      return `${host}: connection reset by peer`
    default:
      return undefined
  }
}
