import { AppError, UsageError } from '../errors.ts'

/**
 * Limits of what a server may send: it may be hostile or broken, and no more memory or time than this is spent on it. In bytes and
 * milliseconds; docs/limits.md lists them.
 */
export const limits = {
  /** One answer of a proxy, of the API server, of a control plane, or of a command run in a container; `--max-size` moves it. */
  answer: 256 * 2 ** 20,
  /** The same for a page whose size does not depend on what the proxy has loaded. */
  smallPage: 16 * 2 ** 20,
  /** The text that comes with a status that is no success, and what a remote command writes to stderr. */
  errorText: 64 * 2 ** 10,
  /** One WebSocket message. The kubelet sends at most 32 KiB at a time. */
  frame: 16 * 2 ** 20,
  /** What a credential plugin prints: a token, or a certificate and its key. */
  credential: 2 ** 20,
  /** A kubeconfig, a certificate, a key, a token, a template: what the user's own files may hold. */
  ownFile: 16 * 2 ** 20,
  /** Interim answers (`100 Continue`) before the answer. */
  interimAnswers: 20,
  /** Bytes that must arrive for the wait to begin anew: a server that sends single bytes is not waited for without end. */
  progress: 2 ** 10,
  /** One whole answer of a proxy, when --request-timeout says nothing. */
  wholeAnswer: 5 * 60_000,
  /** How long a credential plugin may take: a log-in in a browser included. */
  credentialTime: 10 * 60_000,
} as const

/** Pages that grow with what a proxy has loaded. All others say a line or two of each thread, logger or certificate. */
const largePage = /^(?:[^?]*\/)?(?:config_dump|clusters|stats|listeners|debug\/)/

/**
 * Most bytes of the answer to a path. Commands read small pages beside the dump: both together stay near its limit.
 * @param maxSize of a large page; `--max-size`
 */
export function pageLimit(path: string, maxSize: number = limits.answer): number {
  return largePage.test(path) ? maxSize : Math.min(maxSize, limits.smallPage)
}

/** The error for an answer that is larger than its limit. */
export function tooLarge(label: string, limit: number): AppError {
  return new AppError(`the answer from ${label} is larger than ${sizeText(limit)}`, {
    code: 'too-large',
    hint: '--max-size allows more, for example --max-size 2G.',
  })
}

/**
 * Bytes of `--max-size`: a number with K, M or G behind it (powers of 1024), or of bytes; at most 4G, which is all that memory takes as one
 * piece.
 * @throws UsageError
 */
export function sizeLimit(text: string | undefined): number {
  if (text === undefined) return limits.answer
  const [, amount, unit = ''] = /^(\d{1,15})([KMG]?)(?:i?B)?$/i.exec(text) ?? []
  const bytes = Number(amount) * (units[unit.toUpperCase()] ?? 1)
  if (amount === undefined || bytes === 0 || bytes > 2 ** 32)
    throw new UsageError(`--max-size needs a size such as 512M or 2G, at most 4G, got ${JSON.stringify(text)}`)
  return bytes
}

const units: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }

function sizeText(bytes: number): string {
  const [unit, size] = Object.entries(units).findLast(([, each]) => bytes >= each) ?? ['', 1]
  return unit === '' ? `${bytes} bytes` : `${Math.floor((bytes / size) * 10) / 10} ${unit}iB`
}
