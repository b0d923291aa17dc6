import { createHash } from 'node:crypto'
import { readDocument } from '../../../envoy/input/read-document.ts'
import type { Json } from '../../../envoy/json.ts'
import { redactText } from '../../../envoy/redaction/redact-text.ts'
import { AppError } from '../../../errors.ts'
import { ApiError } from '../../../mesh/api/api-error.ts'
import type { CapturedFile, CaptureFailure } from '../format/manifest.ts'
import type { ZipWriter } from '../zip/zip-writer.ts'
import type { PageRedaction } from './page-redaction.ts'

interface RecorderOptions {
  readonly zip: ZipWriter
  readonly redaction: PageRedaction
  /** Aborts the capture: what fails after that is not recorded as a failure. */
  readonly signal: AbortSignal
  now(): Date
}

/** Writes what was read into a capture, and lists it and what could not be read. */
export class Recorder {
  readonly files: CapturedFile[] = []
  readonly #options: RecorderOptions
  readonly #paths = new Set<string>()
  readonly #failures = new Map<string, CaptureFailure>()
  readonly #attempted = new Set<string>()

  constructor(options: RecorderOptions) {
    this.#options = options
  }

  get failures(): readonly CaptureFailure[] {
    return [...this.#failures.values()]
  }

  /** Failures of an earlier capture that were not tried again: they still stand. */
  untried(earlier: readonly CaptureFailure[]): readonly CaptureFailure[] {
    return earlier.filter(({ path }) => !this.#attempted.has(path) && !this.#paths.has(path))
  }

  /** The code of the failure because of which a file is missing; undefined where nothing failed. */
  reason(path: string): string | undefined {
    return this.#failures.get(path)?.reason
  }

  get stopped(): boolean {
    return this.#options.signal.aborted
  }

  /** What stands there already, from an earlier capture. */
  has(path: string): boolean {
    return this.#paths.has(path)
  }

  /** Bytes as they are. @throws AppError when the capture cannot be written */
  async bytes(path: string, bytes: Uint8Array, written: Date = this.#options.now()): Promise<void> {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    await this.#options.zip.add(path, bytes, written)
    this.files.push({ path, bytes: bytes.length, sha256 })
    this.#paths.add(path)
  }

  /** A value without its secrets, laid out as Envoy does. */
  async json(path: string, value: Json, written?: Date): Promise<void> {
    await this.bytes(path, Buffer.from(jsonText(path, this.#options.redaction.json(value))), written)
  }

  async text(path: string, bytes: Uint8Array, written?: Date): Promise<void> {
    await this.bytes(path, Buffer.from(this.#options.redaction.text(Buffer.from(bytes).toString('utf8'))), written)
  }

  /**
   * A page that is JSON. One that is none is a failure: nobody can tell what is secret in it.
   * @param label whose page it is, for the failure
   */
  async page(path: string, bytes: Uint8Array, label = path, written?: Date): Promise<Json> {
    const document = await readDocument(bytes, label)
    await this.json(path, document, written)
    return document
  }

  /**
   * Does one part of the work. A failure is recorded, and the other parts are done.
   * @throws what is no fault of who was asked: the capture cannot be written
   */
  async attempt<T>(path: string, work: () => Promise<T>): Promise<T | undefined> {
    if (this.stopped) return undefined
    try {
      const result = await work()
      this.#attempted.add(path)
      return result
    } catch (error) {
      if (this.stopped) return undefined
      if (!(error instanceof AppError) || error.code === 'unwritable') throw error
      this.fail(path, error)
      return undefined
    }
  }

  /** What failed in an earlier capture is tried again. */
  forgetFailures(): void {
    this.#failures.clear()
    this.#attempted.clear()
  }

  fail(path: string, error: AppError): void {
    const status = error instanceof ApiError ? error.status : null
    this.#attempted.add(path)
    this.#failures.set(path, { path, reason: reasonOf(error), status, message: redactText(error.message) })
  }
}

/** What decides on a failure, in a word. */
function reasonOf(error: AppError): string {
  if (!(error instanceof ApiError)) return error.code ?? 'unreadable'
  return statuses.get(error.status) ?? `http-${error.status}`
}

const statuses: ReadonlyMap<number, string> = new Map([
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [429, 'too-many-requests'],
])

/** @throws AppError for more text than there can be in one */
function jsonText(path: string, value: Json): string {
  try {
    return `${JSON.stringify(value, null, 1)}\n`
  } catch (cause) {
    throw new AppError(`${path} is too large to be redacted`, { cause, code: 'too-large' })
  }
}
